import { en } from './en/catalogue.ts';

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
type Words<Node> = Node extends string ? string : { [Name in keyof Node]: Words<Node[Name]> };
/** What is translated: what people at a kiosk read. The console is in English. */
export type Translation = Words<Pick<Catalogue, 'ui' | 'kiosk'>>;

let spoken: object = {};
let plurals = new Intl.PluralRules('en');
let numbers = new Intl.NumberFormat('en');

/** From here on texts come from `translation`, and from the English catalogue what it lacks. */
export function speak(language: string, translation: object): void {
  spoken = translation;
  plurals = new Intl.PluralRules(language);
  numbers = new Intl.NumberFormat(language);
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
      : plurals.select(Number(given.count)) === 'one'
        ? message.one
        : message.other;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = given[name];
    return typeof value === 'number' ? numbers.format(value) : (value ?? '');
  });
}

function find(key: string): Message {
  return (lookUp(spoken, key) ?? lookUp(en, key)) as Message;
}

function lookUp(catalogue: object, key: string): unknown {
  let node: unknown = catalogue;
  for (const part of key.split('.')) node = (node as Record<string, unknown> | undefined)?.[part];
  return node;
}
