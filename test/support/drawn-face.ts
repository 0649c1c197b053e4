import sharp from 'sharp';

/** What tells one drawn person from another. */
export type DrawnPerson = {
  name: string;
  hair: string;
  skin: [light: string, middle: string, dark: string];
  shirt: string;
  /** Half the width of the face, in pixels of 320. */
  width: number;
  hairLength: number;
  eyes: string;
  beard?: string;
  glasses?: boolean;
  smile: number;
};

export const DRAWN_PEOPLE: readonly DrawnPerson[] = [
  {
    name: 'Ann Archer',
    hair: '#3b2a20',
    skin: ['#efc8a8', '#d9a884', '#a97958'],
    shirt: '#34435c',
    width: 62,
    hairLength: 96,
    eyes: '#3a2a1e',
    smile: 8,
  },
  {
    name: 'Ben Okafor',
    hair: '#17120f',
    skin: ['#9c6a48', '#7f5236', '#573722'],
    shirt: '#7a3b36',
    width: 68,
    hairLength: 0,
    eyes: '#20150e',
    beard: '#1d1512',
    smile: 4,
  },
  {
    name: 'Clara Lindqvist',
    hair: '#c9a25c',
    skin: ['#f8dfcd', '#eec4aa', '#c9977b'],
    shirt: '#3d6b5c',
    width: 58,
    hairLength: 130,
    eyes: '#3d6a8c',
    glasses: true,
    smile: 10,
  },
  {
    name: 'David Moreau',
    hair: '#7d7f86',
    skin: ['#f0cdb4', '#dcae90', '#a97c60'],
    shirt: '#4c4c55',
    width: 72,
    hairLength: 20,
    eyes: '#4f5b4a',
    beard: '#8f9096',
    smile: 0,
  },
];

/**
 * A drawn portrait, 640 × 640 JPEG: the detector takes it for a face, and it is nobody's photograph.
 * @param options.shift how far the head is from the middle, in pixels of 320; one portrait then differs from another
 */
export async function drawFace(person: DrawnPerson, options: { shift?: number } = {}): Promise<Buffer> {
  return await sharp(Buffer.from(svgOf(person, options.shift ?? 0)), { density: 144 })
    .resize(640, 640)
    .jpeg({ quality: 93 })
    .toBuffer();
}

function svgOf(person: DrawnPerson, shift: number): string {
  const { hair, skin, shirt, width, hairLength, eyes, beard, glasses, smile } = person;
  const eye = (x: number) => `
    <ellipse cx="${x}" cy="139" rx="17" ry="11" fill="${skin[2]}" opacity=".5"/>
    <ellipse cx="${x}" cy="140" rx="12" ry="6" fill="#f6f3ef"/>
    <circle cx="${x}" cy="140" r="5.5" fill="${eyes}"/><circle cx="${x + 1.5}" cy="138.5" r="1.5" fill="#fff"/>
    <path d="M${x - 13} 139 Q${x} 130 ${x + 13} 139" stroke="#4a3022" stroke-width="2.5" fill="none"/>
    <path d="M${x - 17} 124 Q${x} 116 ${x + 17} 123" stroke="${hair}" stroke-width="5" fill="none" stroke-linecap="round"/>
    ${glasses ? `<circle cx="${x}" cy="140" r="20" fill="none" stroke="#222" stroke-width="3"/>` : ''}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="320">
    <defs><radialGradient id="skin" cx=".42" cy=".38" r=".62">
      <stop offset="0" stop-color="${skin[0]}"/><stop offset=".7" stop-color="${skin[1]}"/><stop offset="1" stop-color="${skin[2]}"/>
    </radialGradient></defs>
    <rect width="320" height="320" fill="#8d97a3"/>
    <g transform="translate(${shift} ${shift / 3})">
      <rect x="${160 - width - 14}" y="120" width="${2 * width + 28}" height="${hairLength}" rx="24" fill="${hair}"/>
      <ellipse cx="160" cy="310" rx="120" ry="60" fill="${shirt}"/>
      <ellipse cx="160" cy="240" rx="34" ry="50" fill="${skin[2]}"/>
      <ellipse cx="160" cy="140" rx="${width + 14}" ry="94" fill="${hair}"/>
      ${beard ? `<ellipse cx="160" cy="204" rx="${width - 2}" ry="52" fill="${beard}"/>` : ''}
      <ellipse cx="160" cy="${beard ? 156 : 164}" rx="${width}" ry="${beard ? 72 : 84}" fill="url(#skin)"/>
      ${eye(132)}${eye(188)}
      ${glasses ? '<path d="M152 140 H168" stroke="#222" stroke-width="3"/>' : ''}
      <path d="M153 140 Q150 165 149 178" stroke="${skin[2]}" stroke-width="4" fill="none" opacity=".7"/>
      <ellipse cx="160" cy="178" rx="13" ry="9" fill="${skin[1]}"/><ellipse cx="157" cy="174" rx="5" ry="4" fill="${skin[0]}"/>
      <ellipse cx="153" cy="183" rx="4" ry="2.5" fill="#5d3a2c"/><ellipse cx="167" cy="183" rx="4" ry="2.5" fill="#5d3a2c"/>
      <ellipse cx="160" cy="206" rx="24" ry="6" fill="#b5615a"/><ellipse cx="160" cy="212" rx="20" ry="7" fill="#c4736a"/>
      <path d="M137 ${209 - smile / 3} Q160 ${211 + smile} 183 ${209 - smile / 3}" stroke="#6d322e" stroke-width="2" fill="none"/>
    </g></svg>`;
}
