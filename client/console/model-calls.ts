import { modelsResponseSchema } from '../../protocol/models.ts';
import { call } from './api.ts';

export const getModels = () => call('/models', modelsResponseSchema);

export function useModel({ name, force }: { name: string; force: boolean }) {
  const path = `/models/${encodeURIComponent(name)}/use`;
  return call(path, modelsResponseSchema, { method: 'POST', body: { force } });
}

export const cancelModelSwitch = () => call('/models/switch', modelsResponseSchema, { method: 'DELETE' });
