import { checkGallery, type GalleryCheckInput, type GalleryFindings } from './check-gallery.ts';
import type { EnrolledMatrices } from './enrolled-matrices.ts';
import { ownScores, typicalPhotos } from './enrolled-matrices.ts';
import { compareEnrolled, type ImpostorScores } from './impostor-scores.ts';

/** Scores of the enrolled: people among themselves, and of each person's photos with their own. */
export type Survey = {
  scores: ImpostorScores;
  /** For each person with two photos or more: each photo's cosine to the template of the others. */
  own: number[][];
};

/** What the analysis thread can be asked. */
type Questions = {
  survey: { ask: EnrolledMatrices & { mostComparisons: number }; answer: Survey };
  check: { ask: GalleryCheckInput; answer: GalleryFindings };
};
export type QuestionName = keyof Questions;
export type Question<K extends QuestionName = QuestionName> = Questions[K]['ask'];
export type Answer<K extends QuestionName = QuestionName> = Questions[K]['answer'];

const answers: { [K in QuestionName]: (question: Question<K>) => Answer<K> } = {
  survey: (enrolled) => {
    const { templates, mostComparisons } = enrolled;
    const probes = typicalPhotos(enrolled);
    const { alike: _, ...scores } = compareEnrolled({
      probes,
      templates,
      mostComparisons,
      mostAlike: 0,
      alikeFrom: 2,
    });
    return { scores, own: ownScores(enrolled) };
  },
  check: checkGallery,
};

export function answer<K extends QuestionName>(name: K, question: Question<K>): Answer<K> {
  return answers[name](question);
}
