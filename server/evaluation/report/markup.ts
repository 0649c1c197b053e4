import type { SvgNode } from '../../../models/metrics/plots/chart.ts';
import { escapeHtml } from '../../escape-html.ts';

/** An SVG tree as markup; every text in it is escaped. */
export function svgMarkup({ tag, attributes, children }: SvgNode): string {
  const pairs = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeHtml(value)}"`);
  const inner = children.map((child) => (typeof child === 'string' ? escapeHtml(child) : svgMarkup(child)));
  return `<${tag}${pairs.join('')}>${inner.join('')}</${tag}>`;
}
