import { z } from 'zod';
import {
  addPhotosFieldsSchema,
  enrollFieldsSchema,
  LIMITS,
  verifyFieldsSchema,
} from '../../protocol/rest.ts';

/** What only the document needs: shapes of forms and paths, which the routes take apart in other ways. */

const photo = z
  .file()
  .meta({ type: 'string', format: 'binary', description: 'JPEG, PNG, WebP, AVIF or TIFF.' });
const photos = z
  .array(photo)
  .min(1)
  .max(LIMITS.photosPerRequest)
  .describe(
    `1 to ${LIMITS.photosPerRequest} files, ${LIMITS.photoBytes / 1024 / 1024} MB each, ` +
      `${LIMITS.requestBytes / 1024 / 1024} MB together.`,
  );

export const enrollForm = enrollFieldsSchema.extend({ photos });
export const addPhotosForm = addPhotosFieldsSchema.extend({ photos });
export const identifyForm = z.object({ photos });
export const verifyForm = z.union([
  verifyFieldsSchema.extend({ a: photo, b: photo }),
  verifyFieldsSchema.extend({ photos: z.array(photo).length(2) }),
]);

export const idParams = z.object({ id: z.uuid() });
export const photoParams = z.object({ id: z.uuid().describe('The person.'), photo: z.uuid() });
const counter = z.int().min(0).max(0xffffffff);
export const cropParams = z.object({
  id: z.uuid().describe('The stream: its kiosk’s id.'),
  track: counter,
  sequence: counter,
});
export const healthSchema = z.object({ status: z.literal('ok') });
