export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly code = 'download-failed';
}

/**
 * Brings files into the browser's HTTP cache, so that the library which loads them by itself finds them there,
 * and tells how far it is.
 * @param options.onProgress bytes that have come and bytes in all, as far as the server says them
 * @throws {DownloadError} naming the first file that cannot be had
 */
export async function download(options: {
  urls: readonly string[];
  onProgress: (loaded: number, total: number) => void;
}): Promise<void> {
  const { urls, onProgress } = options;
  const sizes = urls.map(() => ({ loaded: 0, total: 0 }));
  const report = () => {
    const sum = (key: 'loaded' | 'total') => sizes.reduce((all, size) => all + size[key], 0);
    onProgress(sum('loaded'), Math.max(sum('total'), sum('loaded')));
  };
  await Promise.all(
    urls.map(async (url, i) => {
      const size = sizes[i] as (typeof sizes)[number];
      const response = await fetch(url).catch(() => undefined);
      if (!response?.ok)
        throw new DownloadError(`${url} cannot be loaded (${response?.status ?? 'no answer'}).`);
      size.total = Number(response.headers.get('content-length') ?? 0);
      const reader = response.body?.getReader();
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        size.loaded += part.value.length;
        report();
      }
      size.total = size.loaded;
      report();
    }),
  );
}
