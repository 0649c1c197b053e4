import { computed, signal } from '@preact/signals';
import type { en } from './en/catalogue.ts';

type Plural = { readonly one: string; readonly other: string };
type Message = string | Plural;
type Catalogue = typeof en;

/** Dotted paths of every message: `'ui.retry' | 'console.nav.streams' | …`. */
type PathsOf<Node> = {
  [Name in keyof Node & string]: Node[Name] extends Message ? Name : `${Name}.${PathsOf<Node[Name]>}`;
}[keyof Node & string];
export type MessageKey = PathsOf<Catalogue>;

type At<Node, Path extends string> = Path extends `${infer Head}.${infer Rest}`
  ? Head extends keyof Node
    ? At<Node[Head], Rest>
    : never
  : Path extends keyof Node
    ? Node[Path]
    : never;

/** Names between braces in a text: `'{name} of {place}'` gives `'name' | 'place'`. */
type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type NamesOf<M> = M extends Plural ? NamesIn<M['one' | 'other']> | 'count' : NamesIn<M>;
type Values<M> = { [Name in NamesOf<M>]: Name extends 'count' ? number : string | number };
type Arguments<Key extends MessageKey> =
  NamesOf<At<Catalogue, Key>> extends never ? [] : [values: Values<At<Catalogue, Key>>];

/** The same shape in any words. */
type Words<Node> = Node extends string
  ? string
  : Node extends Plural
    ? { [Name in keyof Node]: string }
    : { [Name in keyof Node]: Words<Node[Name]> };

/** What a page loads at once: its own texts, and those of the parts that every page is made of. */
export type Part = keyof Catalogue;
/** The translation of a part, or of an area of the console: `Translation<'kiosk'>`, `Translation<'console.verify'>`. */
export type Translation<Path extends string> = Words<At<Catalogue, Path>>;

/** `locale`: BCP 47, of dates, numbers and plurals. `texts`: a text is taken from the first that has it. */
export type Speech = { locale: string; texts: readonly Partial<Record<Part, object>>[] };

const speech = signal<Speech>({ locale: 'en', texts: [] });
const plurals = computed(() => new Intl.PluralRules(speech.value.locale));
const numbers = computed(() => new Intl.NumberFormat(speech.value.locale));

/** From here on `t()` speaks like this. What stands on the page is drawn anew. */
export function speak(next: Speech): void {
  speech.value = next;
}

/** The locale that is spoken, for what `Intl` formats. */
export function spokenLocale(): string {
  return speech.value.locale;
}

/**
 * The text of a message, with `{name}` replaced by its value; a message with `one` and `other` is
 * chosen by `count`. Keys and values are checked by the compiler against the English catalogue.
 */
export function t<Key extends MessageKey>(key: Key, ...[values]: Arguments<Key>): string {
  const message = find(key);
  const given = (values ?? {}) as Record<string, string | number>;
  const text =
    typeof message === 'string'
      ? message
      : plurals.value.select(Number(given.count)) === 'one'
        ? message.one
        : message.other;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = given[name];
    return typeof value === 'number' ? numbers.value.format(value) : (value ?? '');
  });
}

function find(key: string): Message {
  for (const texts of speech.value.texts) {
    const message = lookUp(texts, key);
    if (message !== undefined) return message as Message;
  }
  return key;
}

function lookUp(catalogue: object, key: string): unknown {
  let node: unknown = catalogue;
  for (const part of key.split('.')) node = (node as Record<string, unknown> | undefined)?.[part];
  return node;
}
