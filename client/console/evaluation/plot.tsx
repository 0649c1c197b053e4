import { type ComponentChild, h } from 'preact';
import type { SvgNode } from '../../../models/metrics/plots/chart.ts';
import type { Plot } from '../../../models/metrics/plots/plots.ts';

/** One plot of the shared drawing, with its words and its legend. */
export function PlotFigure({ plot }: { plot: Plot }) {
  return (
    <figure class="plot-figure" data-testid="plot">
      <h3>{plot.title}</h3>
      <figcaption class="muted small">{plot.note}</figcaption>
      {draw(plot.svg)}
      {plot.legend.length > 0 && (
        <ul class="plot-legend small">
          {plot.legend.map(({ text, look, dashed }) => (
            <li key={text}>
              <span
                class={`plot-legend__mark plot__look-${look}${dashed ? ' plot-legend__mark--dashed' : ''}`}
                aria-hidden="true"
              />
              {text}
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}

function draw({ tag, attributes, children }: SvgNode): ComponentChild {
  return h(tag, attributes, ...children.map((child) => (typeof child === 'string' ? child : draw(child))));
}
