import sharp from 'sharp';

/** What tells one drawn person from another. Lengths in pixels of 320. */
export type DrawnPerson = {
  name: string;
  hair: string;
  skin: [light: string, middle: string, dark: string];
  shirt: string;
  hairLength: number;
  eyes: string;
  beard?: string;
  glasses?: boolean;
  /** Half the width and half the height of the face. */
  width: number;
  jaw: number;
  /** Half the distance of the eyes, how far down they are, and how large, 1 being usual. */
  gap: number;
  eyeY: number;
  eyeSize: number;
  /** How strong the brows are, and how far their outer ends are raised. */
  brow: number;
  browTilt: number;
  noseLength: number;
  noseWidth: number;
  mouthY: number;
  mouthWidth: number;
  lips: number;
  smile: number;
};

/** Chosen so that the embedder finds no two of them more alike than 0.28. */
export const DRAWN_PEOPLE: readonly DrawnPerson[] = [
  {
    name: 'Ann Archer',
    hair: '#3b2a20',
    skin: ['#efc8a8', '#d9a884', '#a97958'],
    shirt: '#34435c',
    hairLength: 96,
    eyes: '#3a2a1e',
    width: 62,
    gap: 26,
    eyeY: 140,
    eyeSize: 1.2,
    brow: 3,
    browTilt: 0,
    noseLength: 31,
    noseWidth: 18,
    mouthY: 214,
    mouthWidth: 33,
    lips: 7,
    smile: 3,
    jaw: 86,
  },
  {
    name: 'Ben Okafor',
    hair: '#17120f',
    skin: ['#9c6a48', '#7f5236', '#573722'],
    shirt: '#7a3b36',
    hairLength: 0,
    eyes: '#20150e',
    beard: '#1d1512',
    width: 57,
    gap: 30,
    eyeY: 143,
    eyeSize: 0.8,
    brow: 7,
    browTilt: -3,
    noseLength: 27,
    noseWidth: 15,
    mouthY: 208,
    mouthWidth: 32,
    lips: 6,
    smile: 13,
    jaw: 85,
  },
  {
    name: 'Clara Lindqvist',
    hair: '#c9a25c',
    skin: ['#f8dfcd', '#eec4aa', '#c9977b'],
    shirt: '#3d6b5c',
    hairLength: 130,
    eyes: '#3d6a8c',
    glasses: true,
    width: 69,
    gap: 26,
    eyeY: 144,
    eyeSize: 1.4,
    brow: 7,
    browTilt: 0,
    noseLength: 37,
    noseWidth: 16,
    mouthY: 204,
    mouthWidth: 19,
    lips: 4,
    smile: 5,
    jaw: 92,
  },
  {
    name: 'David Moreau',
    hair: '#7d7f86',
    skin: ['#f0cdb4', '#dcae90', '#a97c60'],
    shirt: '#4c4c55',
    hairLength: 20,
    eyes: '#4f5b4a',
    beard: '#8f9096',
    width: 58,
    gap: 31,
    eyeY: 145,
    eyeSize: 0.8,
    brow: 3,
    browTilt: 5,
    noseLength: 44,
    noseWidth: 10,
    mouthY: 212,
    mouthWidth: 25,
    lips: 4,
    smile: 3,
    jaw: 83,
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
  const { hair, skin, shirt, hairLength, eyes, beard, glasses, width, jaw, gap, brow, browTilt } = person;
  const { eyeSize: s, eyeY: y, noseWidth, mouthY: m, mouthWidth: w, lips, smile } = person;
  const nose = y + person.noseLength;
  const eye = (x: number, side: number) => `
    <ellipse cx="${x}" cy="${y}" rx="${17 * s}" ry="${11 * s}" fill="${skin[2]}" opacity=".5"/>
    <ellipse cx="${x}" cy="${y}" rx="${12 * s}" ry="${6 * s}" fill="#f6f3ef"/>
    <circle cx="${x}" cy="${y}" r="${5.5 * s}" fill="${eyes}"/><circle cx="${x + 1.5}" cy="${y - 1.5}" r="1.5" fill="#fff"/>
    <path d="M${x - 13 * s} ${y - 1} Q${x} ${y - 10 * s} ${x + 13 * s} ${y - 1}" stroke="#4a3022" stroke-width="2.5" fill="none"/>
    <path d="M${x - 17 * s} ${y - 15 * s - side * browTilt} Q${x} ${y - 23 * s} ${x + 17 * s} ${y - 15 * s + side * browTilt}" stroke="${hair}" stroke-width="${brow}" fill="none" stroke-linecap="round"/>
    ${glasses ? `<circle cx="${x}" cy="${y}" r="20" fill="none" stroke="#222" stroke-width="3"/>` : ''}`;
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
      ${beard ? `<ellipse cx="160" cy="204" rx="${width - 2}" ry="${jaw - 30}" fill="${beard}"/>` : ''}
      <ellipse cx="160" cy="${beard ? 156 : 164}" rx="${width}" ry="${beard ? jaw - 12 : jaw}" fill="url(#skin)"/>
      ${eye(160 - gap, -1)}${eye(160 + gap, 1)}
      ${glasses ? `<path d="M${160 - gap + 20} ${y} H${160 + gap - 20}" stroke="#222" stroke-width="3"/>` : ''}
      <path d="M153 ${y} Q150 ${(y + nose) / 2} ${160 - noseWidth + 2} ${nose}" stroke="${skin[2]}" stroke-width="4" fill="none" opacity=".7"/>
      <ellipse cx="160" cy="${nose}" rx="${noseWidth}" ry="9" fill="${skin[1]}"/><ellipse cx="157" cy="${nose - 4}" rx="5" ry="4" fill="${skin[0]}"/>
      <ellipse cx="${160 - noseWidth / 2}" cy="${nose + 5}" rx="4" ry="2.5" fill="#5d3a2c"/><ellipse cx="${160 + noseWidth / 2}" cy="${nose + 5}" rx="4" ry="2.5" fill="#5d3a2c"/>
      <ellipse cx="160" cy="${m}" rx="${w}" ry="${lips}" fill="#b5615a"/><ellipse cx="160" cy="${m + 5}" rx="${w - 4}" ry="${lips + 1}" fill="#c4736a"/>
      <path d="M${160 - w} ${m + 2 - smile / 3} Q160 ${m + 4 + smile} ${160 + w} ${m + 2 - smile / 3}" stroke="#6d322e" stroke-width="2" fill="none"/>
    </g></svg>`;
}
