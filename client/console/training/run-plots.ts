import { chart, type Look } from '../../../models/metrics/plots/chart.ts';
import type { Plot } from '../../../models/metrics/plots/plots.ts';
import type { TrainingRound } from '../../../protocol/student-versions.ts';
import { formatNumber } from '../../i18n/locale.ts';
import { t } from '../../i18n/t.ts';
import { formatShare } from '../format.ts';

const MOST_LINES = 4;

/** Rank 1 and TPIR on the people held out, round by round. */
export function accuracyPlot(rounds: readonly TrainingRound[]): Plot {
  const lines = [
    {
      text: t('console.training.rounds.rank1'),
      look: 1,
      of: ({ accuracy }: TrainingRound) => accuracy.rank1,
    },
    {
      text: t('console.training.rounds.tpir'),
      look: 2,
      of: ({ accuracy }: TrainingRound) => accuracy.tpirAtFpir,
    },
  ] as const;
  return {
    id: 'training-accuracy',
    title: t('console.training.plot'),
    note: t('console.training.plotNote'),
    legend: lines.map(({ text, look }) => ({ text, look })),
    svg: chart({
      title: t('console.training.plotNote'),
      x: roundAxis(rounds),
      y: {
        label: t('console.training.share'),
        scale: 'linear',
        min: 0,
        max: 1,
        ticks: [0, 0.25, 0.5, 0.75, 1],
        format: (share) => formatShare(share, 0),
      },
      lines: lines.map(({ look, of }) => ({
        look,
        points: rounds.map((round) => [round.round, of(round)] as const),
      })),
    }),
  };
}

/** Each worker's loss at the end of its round. */
export function lossPlot(rounds: readonly TrainingRound[]): Plot {
  const shards = [...new Set(rounds.flatMap((round) => round.shards.map(({ shard }) => shard)))]
    .sort((a, b) => a - b)
    .slice(0, MOST_LINES);
  const most = Math.max(0.01, ...rounds.flatMap((round) => round.shards.map(({ last }) => last)));
  return {
    id: 'training-loss',
    title: t('console.training.lossPlot'),
    note: t('console.training.lossPlotNote'),
    legend: shards.map((shard, i) => ({
      text: t('console.training.worker', { shard: shard + 1 }),
      look: (i + 1) as Look,
    })),
    svg: chart({
      title: t('console.training.lossPlotNote'),
      x: roundAxis(rounds),
      y: {
        label: t('console.training.workers.loss'),
        scale: 'linear',
        min: 0,
        max: most,
        ticks: [0, most / 2, most],
        format: (loss) => formatNumber(loss, 2),
      },
      lines: shards.map((shard, i) => ({
        look: (i + 1) as Look,
        points: rounds.flatMap((round) => {
          const own = round.shards.find((one) => one.shard === shard);
          return own ? [[round.round, own.last] as const] : [];
        }),
      })),
    }),
  };
}

function roundAxis(rounds: readonly TrainingRound[]) {
  const last = Math.max(2, ...rounds.map(({ round }) => round));
  const step = Math.max(1, Math.ceil(last / 8));
  return {
    label: t('console.training.rounds.round'),
    scale: 'linear' as const,
    min: 1,
    max: last,
    ticks: Array.from({ length: Math.floor((last - 1) / step) + 1 }, (_, i) => 1 + i * step),
    format: (round: number) => formatNumber(round, 0),
  };
}
