import type { SvgNode } from '../../../models/metrics/plots/chart.ts';

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text fit for an element's content and for a quoted attribute. */
export function escapeHtml(text: string | number): string {
  return String(text).replace(/[&<>"']/g, (sign) => ESCAPES[sign] as string);
}

/** An SVG tree as markup; every text in it is escaped. */
export function svgMarkup({ tag, attributes, children }: SvgNode): string {
  const pairs = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeHtml(value)}"`);
  const inner = children.map((child) => (typeof child === 'string' ? escapeHtml(child) : svgMarkup(child)));
  return `<${tag}${pairs.join('')}>${inner.join('')}</${tag}>`;
}
