import { EVALUATION_LIMITS } from '../../../protocol/evaluation.ts';
import { t } from '../../i18n/t.ts';
import { formatBytes } from '../format.ts';

/** A file with its path below what was chosen, such as Team/Ann/1.jpg. */
export type FolderFile = { path: string; file: File };

export type Folder = {
  name: string;
  photos: readonly FolderFile[];
  lists: readonly FolderFile[];
  people: number;
  /** Files that are neither. */
  skipped: number;
  /** Why it cannot be measured. */
  refusal: string | undefined;
};

const PICTURE = /\.(jpe?g|png|webp)$/i;

/** Sorts out what was chosen; hidden files are passed over in silence. */
export function readFolder(files: readonly FolderFile[]): Folder {
  const visible = files.filter(({ path }) => !path.split('/').some((part) => part.startsWith('.')));
  const photos = visible.filter(({ path }) => PICTURE.test(path));
  const lists = visible.filter(({ path }) => /\.txt$/i.test(path));
  const people = new Set(photos.map(({ path }) => path.split('/').slice(0, -1).join('/'))).size;
  const bytes = photos.reduce((sum, { file }) => sum + file.size, 0);
  return {
    name: visible[0]?.path.split('/')[0] ?? '',
    photos,
    lists,
    people,
    skipped: visible.length - photos.length - lists.length,
    refusal: refusalOf({ photos: photos.length, bytes, people, lists: lists.length }),
  };
}

function refusalOf(found: {
  photos: number;
  bytes: number;
  people: number;
  lists: number;
}): string | undefined {
  if (found.photos === 0) return t('console.evaluation.nothing');
  if (found.photos > EVALUATION_LIMITS.photos) {
    return t('console.evaluation.tooMany', { most: EVALUATION_LIMITS.photos });
  }
  if (found.bytes > EVALUATION_LIMITS.bytes) {
    return t('console.evaluation.tooLarge', { most: formatBytes(EVALUATION_LIMITS.bytes) });
  }
  return found.people < 2 && found.lists === 0 ? t('console.evaluation.onePerson') : undefined;
}

/** What a folder input holds. */
export function filesOfInput(files: Iterable<File>): FolderFile[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** What was dropped, folders read to their depths. Stops beyond the limit: more will be refused anyway. */
export async function filesOfDrop(transfer: DataTransfer): Promise<FolderFile[]> {
  // The list is empty once this call has returned: entries are taken before anything is awaited.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: FolderFile[] = [];
  for (const entry of entries) await walk(entry, '', found);
  return found;
}

async function walk(entry: FileSystemEntry, above: string, found: FolderFile[]): Promise<void> {
  if (found.length > EVALUATION_LIMITS.photos + 1000) return;
  const path = above + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    found.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives a hundred entries at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return;
    for (const child of some) await walk(child, `${path}/`, found);
  }
}

const BATCH_BYTES = 16 * 1024 * 1024;
/** The server takes 4096 bytes in a field. */
const BATCH_PATHS_BYTES = 3500;

/** Small batches: a lost line costs little, and no request is long. */
export function batchesOf(files: readonly FolderFile[]): FolderFile[][] {
  const batches: FolderFile[][] = [];
  let [batch, bytes, names]: [FolderFile[], number, number] = [[], 0, 0];
  for (const one of files) {
    const length = new TextEncoder().encode(JSON.stringify(one.path)).length + 1;
    const full =
      batch.length >= EVALUATION_LIMITS.batchPhotos ||
      bytes + one.file.size > BATCH_BYTES ||
      names + length > BATCH_PATHS_BYTES;
    if (full && batch.length > 0) {
      batches.push(batch);
      [batch, bytes, names] = [[], 0, 0];
    }
    batch.push(one);
    bytes += one.file.size;
    names += length;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
