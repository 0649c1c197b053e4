import type { ModelDescription, ModelSwitchStatus } from '../../protocol/models.ts';

const TASKS = { embed: 'embedder', detect: 'detector', mesh: 'face mesh' } as const;

/** Every model in a few lines of plain text. @param models `serving` may be left open */
export function describeModels(
  models: readonly (Omit<ModelDescription, 'serving'> & { serving?: boolean })[],
): string {
  return models
    .map((model) => {
      const { name, task, serving, file, calibrated, dimensions, bytes, licence, trainingData } = model;
      const facts = [
        TASKS[task],
        ...(dimensions ? [`${dimensions} numbers`] : []),
        `${(bytes / 1e6).toFixed(1)} MB`,
        file,
        ...(calibrated ? [] : ['thresholds not measured']),
      ];
      return [
        `${serving ? '*' : ' '} ${name} – ${facts.join(', ')}${serving ? ' – serves' : ''}`,
        `    licence ${licence.spdx}: ${licence.note}`,
        `    trained on: ${trainingData}`,
      ].join('\n');
    })
    .join('\n');
}

/** A change in a sentence or two, and who would be lost by it. */
export function describeSwitch(now: ModelSwitchStatus | null): string {
  if (!now) return 'No change of the model is under way.';
  const { model, from, state, message, total, done, failed, lost = [] } = now;
  const lines = [
    `From ${from} to ${model}: ${done} of ${total} photos${failed > 0 ? `, ${failed} of which it cannot embed` : ''}.`,
    ...(state === 'preparing' ? ['The workers get ready.'] : []),
    ...(state === 'stopped' ? [`It has stopped. ${message ?? ''}`] : []),
    ...lost.map(({ id, name }) => `  ${name} (${id})`),
  ];
  return lines.join('\n');
}
