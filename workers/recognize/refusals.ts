import { QUALITY_LIMITS, type Quality, type Refusal } from '../../models/quality.ts';

const MESSAGES: Record<Refusal, (quality: Quality) => string> = {
  'too-small': ({ interEyePx }) =>
    `The face is too small: ${Math.round(interEyePx)} pixels between the eyes, more than ` +
    `${QUALITY_LIMITS.interEyePx.refuse} are needed. Use a larger photo, or one taken from nearer.`,
  'turned-away': () => 'The face is turned too far away. Use a photo that looks towards the camera.',
  'too-dark': () => 'The face is too dark. Use a photo with more light on the face.',
  'too-bright': () => 'The face is too bright. Use a photo with less light on the face.',
  blurred: () => 'The face is blurred. Use a sharper photo.',
};

/** Why a face is not good enough to enrol, with a sentence for the person; undefined when it is. */
export function explainRefusal(quality: Quality): { code: Refusal; message: string } | undefined {
  const code = quality.refusal;
  return code && { code, message: MESSAGES[code](quality) };
}
