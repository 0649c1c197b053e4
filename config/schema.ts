import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const secret = z.string().min(16, 'is too short: at least 16 characters').max(500);

/** Every setting, by the name of its environment variable. `npm start -- --help` is derived from this. */
export const configSchema = z.object({
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; 0.0.0.0 for every interface'),
  PORT: port.default(8080).describe('HTTP port; 0 takes a free one'),
  RTC_PORT: port
    .optional()
    .describe(
      'WebRTC port; default: UDP on the number of PORT. When it differs from PORT, TCP is served too',
    ),
  RTC_ANNOUNCED: z
    .string()
    .max(1000)
    .optional()
    .describe(
      'Address told to browsers, behind NAT or in a container; default: HOST, or every interface’s for 0.0.0.0',
    ),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Base of the links, when a proxy stands in front'),
  TLS: z
    .string()
    .min(1)
    .optional()
    .describe('`self-signed`, or the path of a PEM file with certificate and key'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('data')
    .describe('Folder of the database, the queue, keys and links.json'),
  DATA_KEY: z
    .base64()
    .refine(
      (text) => Buffer.from(text, 'base64').length === 32,
      'is not 32 bytes in base64: openssl rand -base64 32',
    )
    .optional()
    .describe('Key that seals biometric data; default: DATA_DIR/data.key, made at the first start'),
  REDIS_URL: z
    .url({ protocol: /^(rediss?|unix)$/ })
    .optional()
    .describe('redis:// or rediss://; default: an own redis-server on a socket in DATA_DIR'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('postgres://; default: an own PGlite in DATA_DIR'),
  WORKERS: z.coerce
    .number()
    .int()
    .min(0)
    .max(64)
    .default(1)
    .describe('Worker processes started by the server'),
  ADMIN_TOKEN: secret
    .optional()
    .describe('API key with the role admin; default: one made at the first start'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('fatal, error, warn, info, debug, trace or silent; JSON lines on standard output'),
  MODEL: z
    .string()
    .min(1)
    .max(100)
    .default('mobilefacenet-192')
    .describe(
      'Embedder of the first start, by its name in models/manifest.json; later: npm run models -- use',
    ),
  ENGINE: z
    .enum(['onnx', 'tensorflow'])
    .default('onnx')
    .describe(
      'What runs the embedder: ONNX Runtime, or TensorFlow.js, which is slower without `npm run setup:gpu`',
    ),
  PROVIDER: z
    .enum(['auto', 'cpu', 'cuda', 'webgpu'])
    .default('auto')
    .describe('Where the embedder runs. A provider that is named must work; auto takes the best that does'),
  FPIR: z.coerce
    .number()
    .min(0.00001)
    .max(0.2)
    .default(0.003)
    .describe(
      'Promised rate of strangers who are given a name, per search, until an operator sets another on the console',
    ),
  UNKNOWN_RETENTION_HOURS: z.coerce
    .number()
    .min(0.01)
    .max(8760)
    .default(24)
    .describe('How long sightings of unknown people are kept'),
  SIGHTING_RETENTION_DAYS: z.coerce
    .number()
    .min(0.01)
    .max(3650)
    .default(30)
    .describe('How long sightings of enrolled people are kept'),
  TRAINING: z
    .enum(['on', 'off'])
    .default('on')
    .describe('on: workers train students of cameras that are in a group, while no crop waits'),
  TRAINING_ROUNDS: z.coerce.number().int().min(1).max(200).default(8).describe('Rounds of a training run'),
  TRAINING_STEPS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(15)
    .describe('Steps of 32 crops that a worker takes in one round'),
  BATCH: z.coerce.number().int().min(1).max(256).default(32).describe('Most crops embedded in one run'),
  MAX_STREAMS: z.coerce.number().int().min(1).max(10_000).default(64).describe('Kiosks connected at once'),
  CROPS_PER_SECOND: z.coerce.number().min(1).max(1000).default(30).describe('Crops accepted from one kiosk'),
  MQTT_URL: z
    .url({ protocol: /^mqtts?$/ })
    .optional()
    .describe(
      'mqtt:// or mqtts://USER:PASSWORD@HOST, a broker of MQTT 5 that is told of kiosks and sightings',
    ),
  MQTT_TOPIC: z
    .string()
    .regex(/^[^+#/\s]+(\/[^+#/\s]+)*$/, 'must be words divided by single slashes, without + and #')
    .max(100)
    .default('facewire')
    .describe('What every MQTT topic begins with; servers that share a broker need one each'),
  CROP_DEADLINE_MS: z.coerce
    .number()
    .int()
    .min(50)
    .max(60_000)
    .default(2000)
    .describe('Age at which a crop is dropped'),
});
export type Config = Readonly<z.infer<typeof configSchema>>;
