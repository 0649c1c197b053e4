import { checkGallery, type GalleryCheckInput, type GalleryFindings } from './check-gallery.ts';
import { compareEnrolled } from './impostor-scores.ts';

/** What the analysis thread can be asked. */
type Questions = {
  compare: { ask: Parameters<typeof compareEnrolled>[0]; answer: ReturnType<typeof compareEnrolled> };
  check: { ask: GalleryCheckInput; answer: GalleryFindings };
};
export type QuestionName = keyof Questions;
export type Question<K extends QuestionName = QuestionName> = Questions[K]['ask'];
export type Answer<K extends QuestionName = QuestionName> = Questions[K]['answer'];

const answers: { [K in QuestionName]: (question: Question<K>) => Answer<K> } = {
  compare: compareEnrolled,
  check: checkGallery,
};

export function answer<K extends QuestionName>(name: K, question: Question<K>): Answer<K> {
  return answers[name](question);
}
