import type { Locator, Page as Tab } from 'playwright-core';
import { uuid } from './console-scene.ts';

/** A page of the console as its tests see it. */
export type ConsolePage = {
  /** After `#/`: `people`, `admin/users`. */
  readonly address: string;
  /** The first thing that it shows of what `makeBusy` gives it. */
  readonly shown: (tab: Tab) => Locator;
  /** What people come for. None where the page only tells something. */
  readonly action?: (tab: Tab) => Locator;
};

const button = (name: string | RegExp) => (tab: Tab) => tab.getByRole('button', { name }).first();
const first = (testId: string) => (tab: Tab) => tab.getByTestId(testId).first();

/** Every page of the navigation, its sections, and a single person. */
export const CONSOLE_PAGES: readonly ConsolePage[] = [
  {
    address: 'streams',
    shown: (tab) => tab.getByRole('button', { name: 'Door 2', exact: true }),
    action: button('Full screen'),
  },
  { address: 'events', shown: first('event'), action: first('event') },
  { address: 'unknowns', shown: first('unknown'), action: button('Assign') },
  {
    address: 'people',
    shown: first('person'),
    action: (tab) => tab.getByRole('link', { name: 'Enrol a person' }),
  },
  { address: `people/${uuid(1001)}`, shown: first('person-change'), action: button('Merge') },
  { address: 'enrol', shown: button('Upload photos'), action: button('Take photos') },
  {
    address: 'enrol/import',
    shown: (tab) => tab.getByRole('heading', { name: 'Import people' }),
    action: button('Choose a folder'),
  },
  {
    address: 'identify',
    shown: (tab) => tab.getByText('No photo searched yet'),
    action: button('Choose a photo'),
  },
  { address: 'verify', shown: (tab) => tab.getByText('Second photo'), action: button('Choose a photo') },
  { address: 'evaluation', shown: first('evaluation-run'), action: button('Check now') },
  { address: 'training', shown: first('training-group'), action: button('New group') },
  { address: 'admin', shown: first('kiosk'), action: button('Pair by code') },
  { address: 'admin/users', shown: first('user'), action: button('Add a user') },
  { address: 'admin/tokens', shown: first('token'), action: button('Make a token') },
  { address: 'admin/models', shown: (tab) => tab.getByText('mobilefacenet-192').first() },
  { address: 'admin/webhooks', shown: first('webhook'), action: button('Add a webhook') },
  {
    address: 'admin/settings',
    shown: (tab) => tab.getByText('The configuration says').first(),
    action: button('Save'),
  },
  { address: 'admin/queues', shown: first('queue') },
  { address: 'admin/audit', shown: first('audit-entry'), action: button('Verify') },
  { address: 'admin/health', shown: first('health-check') },
];
