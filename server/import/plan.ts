import { FacewireError } from '../../protocol/errors.ts';
import type { ImportPlan } from '../../protocol/imports.ts';
import type { UploadedPhoto } from '../people/analyse-all.ts';
import { listPeople, plainPath } from './people-list.ts';
import { PeopleTableError, readPeopleTable } from './people-table.ts';

/**
 * Who is in a folder, from its paths and tables alone: what `npm run import` does with a folder of its own.
 * @throws {FacewireError} `validation` for a path that is none, or a table that cannot be read
 */
export function planImport(input: {
  paths: readonly string[];
  tables: readonly UploadedPhoto[];
}): ImportPlan {
  const problems: ImportPlan['problems'] = [];
  const onProblem = (subject: string, message: string) => void problems.push({ subject, message });
  for (const path of input.paths) {
    if (plainPath(path) !== path) throw refused('paths', `“${path.slice(0, 100)}” is no path below a folder`);
  }
  try {
    const rows = input.tables.flatMap(({ filename, bytes }) =>
      readPeopleTable({ text: Buffer.from(bytes).toString('utf8'), origin: filename, onProblem }),
    );
    const people = listPeople({ paths: input.paths, rows, onProblem });
    return {
      people: people.map(({ externalId, consent, photos, ...person }) => ({
        ...person,
        photos: [...photos],
        ...(externalId === undefined ? {} : { externalId }),
        ...(consent === undefined ? {} : { consent }),
      })),
      problems,
    };
  } catch (error) {
    if (error instanceof PeopleTableError) throw refused('tables', error.message);
    throw error;
  }
}

function refused(field: string, message: string): FacewireError {
  return new FacewireError('validation', `${field}: ${message}`, {
    details: { errors: [{ field, message }] },
  });
}
