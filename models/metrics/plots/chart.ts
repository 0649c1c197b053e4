/** An SVG element as data: the server writes it as text, the console renders it, and neither trusts markup. */
export type SvgNode = {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (SvgNode | string)[];
};

export type Axis = {
  label: string;
  min: number;
  max: number;
  scale: 'linear' | 'log';
  ticks: readonly number[];
  format: (value: number) => string;
};

/** One of four looks, the same in every plot of a page. */
export type Look = 1 | 2 | 3 | 4;
export type Line = {
  points: readonly (readonly [x: number, y: number])[];
  look: Look;
  dashed?: boolean;
  area?: boolean;
};

const WIDTH = 460;
const HEIGHT = 290;
const FRAME = { left: 66, right: 24, top: 12, bottom: 46 } as const;

export function node(
  tag: string,
  attributes: SvgNode['attributes'],
  ...children: (SvgNode | string)[]
): SvgNode {
  return { tag, attributes, children };
}

/**
 * Lines over two axes. What lies outside an axis is drawn at its edge.
 * @param marks upright lines, such as the threshold that was chosen
 * @param title read out instead of the picture
 */
export function chart(options: {
  title: string;
  x: Axis;
  y: Axis;
  lines: readonly Line[];
  marks?: readonly number[];
}): SvgNode {
  const { x, y, lines, marks = [] } = options;
  const across = (value: number) => FRAME.left + place(x, value) * (WIDTH - FRAME.left - FRAME.right);
  const up = (value: number) => HEIGHT - FRAME.bottom - place(y, value) * (HEIGHT - FRAME.top - FRAME.bottom);
  const base = HEIGHT - FRAME.bottom;
  return picture(
    options.title,
    WIDTH,
    HEIGHT,
    ...y.ticks.flatMap((tick) => [
      node('path', {
        class: 'plot__grid',
        d: `M${FRAME.left} ${round(up(tick))}H${WIDTH - FRAME.right}`,
      }),
      text('plot__tick plot__tick--end', FRAME.left - 7, up(tick) + 4, y.format(tick)),
    ]),
    ...x.ticks.flatMap((tick) => [
      node('path', { class: 'plot__grid', d: `M${round(across(tick))} ${FRAME.top}V${base}` }),
      text('plot__tick plot__tick--middle', across(tick), base + 16, x.format(tick)),
    ]),
    text('plot__label plot__tick--middle', (FRAME.left + WIDTH - FRAME.right) / 2, HEIGHT - 8, x.label),
    node(
      'text',
      {
        class: 'plot__label plot__tick--middle',
        transform: `translate(13 ${(FRAME.top + base) / 2}) rotate(-90)`,
      },
      y.label,
    ),
    ...lines.flatMap(({ points, look, dashed, area }) => {
      const d = points.map(([a, b], i) => `${i ? 'L' : 'M'}${round(across(a))} ${round(up(b))}`).join('');
      if (d === '') return [];
      const [first, last] = [
        points[0] as readonly [number, number],
        points.at(-1) as readonly [number, number],
      ];
      const closed = `${d}L${round(across(last[0]))} ${base}L${round(across(first[0]))} ${base}Z`;
      return [
        ...(area ? [node('path', { class: `plot__area plot__look-${look}`, d: closed })] : []),
        node('path', { class: `plot__line plot__look-${look}${dashed ? ' plot__line--dashed' : ''}`, d }),
      ];
    }),
    ...marks.map((mark) =>
      node('path', { class: 'plot__mark', d: `M${round(across(mark))} ${FRAME.top}V${base}` }),
    ),
  );
}

/** A bar for each name, with a whisker to a second value. */
export function bars(options: {
  title: string;
  rows: readonly { name: string; value: number; whisker: number; text: string }[];
}): SvgNode {
  const [rowHeight, left, right] = [38, 72, 150];
  const most = Math.max(1e-9, ...options.rows.map(({ whisker }) => whisker));
  const height = options.rows.length * rowHeight + 8;
  return picture(
    options.title,
    WIDTH,
    height,
    ...options.rows.flatMap(({ name, value, whisker, text: label }, i) => {
      const [middle, scale] = [i * rowHeight + 22, (WIDTH - left - right) / most];
      return [
        text('plot__label plot__tick--end', left - 10, middle + 4, name),
        node('rect', {
          class: 'plot__bar plot__look-1',
          x: left,
          y: middle - 9,
          width: round(value * scale),
          height: 18,
          rx: 3,
        }),
        node('path', {
          class: 'plot__whisker',
          d: `M${round(left + value * scale)} ${middle}H${round(left + whisker * scale)}m0 -5v10`,
        }),
        text('plot__tick', WIDTH - right + 12, middle + 4, label),
      ];
    }),
  );
}

function picture(title: string, width: number, height: number, ...children: SvgNode[]): SvgNode {
  const attributes = { class: 'plot', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title };
  return node('svg', attributes, ...children);
}

function text(name: string, x: number, y: number, content: string): SvgNode {
  return node('text', { class: name, x: round(x), y: round(y) }, content);
}

/** 0 at the axis's beginning, 1 at its end. */
function place({ min, max, scale }: Axis, value: number): number {
  const inside = Math.min(max, Math.max(min, value));
  if (scale === 'linear') return (inside - min) / (max - min);
  return Math.log(inside / min) / Math.log(max / min);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
