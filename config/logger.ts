import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on standard output, readable lines on a terminal being the reader's business (`| npx pino-pretty`). */
export function createLogger(options: { level: string; name: string }): Logger {
  return pino({
    name: options.name,
    level: options.level,
    // A second net only: images, embeddings and tokens are not handed to the logger in the first place.
    redact: {
      paths: [
        'token',
        'code',
        'authorization',
        'embedding',
        'payload',
        '*.token',
        '*.authorization',
        '*.cookie',
      ],
      censor: '[redacted]',
    },
  });
}
