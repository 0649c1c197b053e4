import { createAuditStore } from '../../server/db/audit.store.ts';
import { createPeopleStore, type NewTemplate, type PeopleStore } from '../../server/people/people.store.ts';
import { openTestDatabase } from './database.ts';
import { testEmbedding, testVault } from './gallery.ts';

/** A people store on a fresh PGlite. */
export async function openTestPeople() {
  const opened = await openTestDatabase();
  const { database } = opened;
  const audit = createAuditStore({ database });
  return { ...opened, audit, people: createPeopleStore({ database, audit, vault: testVault }) };
}

/** Stores a person with one made-up template for each seed. */
export function storePerson(
  people: PeopleStore,
  options: { name?: string; externalId?: string; seeds?: number[] } = {},
) {
  const { name = 'Ada', externalId, seeds = [1] } = options;
  return people.create({
    name,
    externalId,
    consent: undefined,
    by: 'test',
    templates: seeds.map(newTemplate),
  });
}

/** A made-up template, the same for the same seed. */
export function newTemplate(seed: number): NewTemplate {
  return {
    model: 'mobilefacenet-192',
    embedding: testEmbedding(seed),
    referenceCrop: Buffer.from(`crop ${seed}`),
    quality: 0.8,
  };
}
