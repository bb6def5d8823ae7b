import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * The files of a model's folder and of its `onnx` folder, by their paths as the Hub writes them, with their sizes in
 * bytes. A folder that is not there has none.
 */
export async function listFolder(folder: string): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  for (const under of ['', 'onnx']) {
    const entries = await readdir(path.join(folder, under)).catch(() => []);
    for (const name of entries) {
      // Symbolic links are followed: the Hub's own cache consists of them.
      const stats = await stat(path.join(folder, under, name)).catch(() => undefined);
      if (stats?.isFile()) files.set(under === '' ? name : `${under}/${name}`, stats.size);
    }
  }
  return files;
}
