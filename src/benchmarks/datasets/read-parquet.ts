import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { cannotRead, DatasetError } from './dataset-error.ts';

/** Rows are read by the file's own groups, each of them at once. This bounds one, in bytes of the columns read. */
const LARGEST_GROUP = 512 * 1024 * 1024;

/** Snappy is hyparquet's own; these are Node's. */
const compressors = {
  GZIP: (bytes: Uint8Array, length: number) => gunzipSync(bytes, { maxOutputLength: length }),
  BROTLI: (bytes: Uint8Array, length: number) => brotliDecompressSync(bytes, { maxOutputLength: length }),
  ZSTD: (bytes: Uint8Array, length: number) => zstdDecompressSync(bytes, { maxOutputLength: length }),
};

/**
 * The rows of a Parquet file with their position from 0. Columns that the file has not are left out. Text that is not
 * marked as such comes as bytes.
 *
 * @throws DatasetError `dataset-file`, or `dataset-format` where it cannot be read as Parquet
 */
export async function* readParquet(
  path: string,
  wanted: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<{ readonly index: number; readonly value: Readonly<Record<string, unknown>> }, void> {
  const file = await asyncBufferFromFile(path).catch(cause => {
    throw cannotRead(path, cause);
  });
  const metadata = await parquetMetadataAsync(file).catch(cause => {
    throw notParquet(path, cause);
  });
  const columns = wanted.filter(column => metadata.schema.some(({ name }) => name === column));
  let start = 0;
  for (const group of metadata.row_groups) {
    signal?.throwIfAborted();
    requireSmall(path, group, columns);
    const end = start + Number(group.num_rows);
    const options = { file, metadata, columns, rowStart: start, rowEnd: end, compressors, utf8: false };
    const rows = await parquetReadObjects(options).catch(cause => {
      throw notParquet(path, cause);
    });
    for (const [i, value] of rows.entries()) yield { index: start + i, value };
    start = end;
  }
}

function requireSmall(
  path: string,
  group: FileMetaData['row_groups'][number],
  columns: readonly string[],
): void {
  const bytes = group.columns
    .map(({ meta_data }) => meta_data)
    .filter(column => column && columns.includes(column.path_in_schema[0]!))
    .reduce((sum, column) => sum + Number(column!.total_uncompressed_size), 0);
  if (bytes <= LARGEST_GROUP) return;
  throw new DatasetError(
    'dataset-format',
    `${path} has groups of rows of ${Math.round(bytes / 1024 / 1024).toLocaleString('en')} MiB, and at most ${LARGEST_GROUP / 1024 / 1024} MiB are read at once. Write it anew in smaller groups, or give the folder of its images with --images-folder: then the images in it are not read.`,
  );
}

function notParquet(path: string, cause: unknown): DatasetError {
  return new DatasetError(
    'dataset-format',
    `${path} cannot be read as Parquet (${(cause as Error).message}). Check that it is complete, and not compressed with LZ4 or LZO.`,
    { cause },
  );
}
