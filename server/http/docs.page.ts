import { ERRORS } from '../../protocol/errors.ts';
import { escapeHtml } from '../escape-html.ts';
import type { createOpenApi } from './openapi.ts';
import type { Access } from './openapi-operation.ts';

type Document = ReturnType<typeof createOpenApi>;
type Operation = {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  'x-role': Access;
  security: unknown[];
  parameters?: { name: string; in: string; required?: boolean; schema: Schema; description?: string }[];
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
  responses: Record<
    string,
    { description: string; content?: Record<string, { schema?: Schema; example?: unknown }> }
  >;
};
type Schema = {
  type?: string;
  $ref?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/**
 * The OpenAPI document as a page: one file of HTML and one of CSS, no script and nothing fetched from elsewhere,
 * so it reads on a closed network and under the strictest policy.
 */
export function renderDocs(document: Document): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const found = (item as Record<string, unknown>)[method];
      return found ? [{ path, method, operation: found as Operation }] : [];
    }),
  );
  const tags = document.tags ?? [];
  const sections = tags.map(({ name, description }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    return `<section aria-labelledby="tag-${escapeHtml(name)}"><h2 id="tag-${escapeHtml(name)}">${escapeHtml(name)}</h2>
<p>${escapeHtml(description ?? '')}</p>${own.map(renderOperation).join('')}</section>`;
  });
  const contents = operations.map(
    ({ path, method, operation }) =>
      `<li><a href="#${operation.operationId}"><code>${method.toUpperCase()} ${escapeHtml(path)}</code></a></li>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Facewire API</title><link rel="stylesheet" href="/docs/style.css"></head>
<body><nav aria-label="Operations"><ul>${contents.join('')}<li><a href="#errors">Errors</a></li></ul></nav>
<main><h1>${escapeHtml(document.info.title)} API <small>${escapeHtml(document.info.version)}</small></h1>
<p>${prose(document.info.description ?? '')} For tools: <a href="/openapi.json">openapi.json</a>.</p>
${sections.join('')}${renderErrors()}</main></body></html>`;
}

function renderOperation({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: Operation;
}): string {
  const {
    operationId,
    summary,
    description,
    security,
    'x-role': role,
    parameters = [],
    requestBody,
    responses,
  } = operation;
  const bodies = Object.entries(requestBody?.content ?? {});
  return `<article id="${operationId}"><h3>${escapeHtml(summary)}</h3>
<p class="address"><b class="${method}">${method.toUpperCase()}</b> <code>${escapeHtml(path)}</code>
<span>${role === 'public' ? 'public' : `role ${role}`}</span></p>
${description ? `<p>${prose(description)}</p>` : ''}
${
  parameters.length > 0
    ? renderFields(
        'Parameters',
        parameters.map((p) => [
          p.name,
          p.required === true,
          { ...p.schema, description: p.description ?? p.schema.description ?? '' },
        ]),
      )
    : ''
}
${bodies.map(([type, body]) => renderBody(type, body)).join('')}
<pre aria-label="Example request"><code>${escapeHtml(curl(method, path, security.length > 0, bodies[0]))}</code></pre>
<details><summary>Answers</summary><dl>${Object.entries(responses)
    .map(
      ([status, answer]) =>
        `<dt><code>${status}</code></dt><dd>${prose(answer.description)}${renderExample(answer)}</dd>`,
    )
    .join('')}</dl></details></article>`;
}

function renderBody(type: string, { schema }: { schema: Schema }): string {
  const shapes = schema.anyOf ?? schema.oneOf ?? [schema];
  return shapes
    .map((shape, index) =>
      renderFields(
        `${index === 0 ? 'Body' : 'or'} (${type})`,
        Object.entries(shape.properties ?? {}).map(([name, field]) => [
          name,
          shape.required?.includes(name) ?? false,
          field,
        ]),
      ),
    )
    .join('');
}

function renderFields(caption: string, fields: [string, boolean, Schema][]): string {
  const rows = fields.map(
    ([name, required, schema]) =>
      `<tr><th scope="row"><code>${escapeHtml(name)}</code>${required ? '' : ' <small>optional</small>'}</th>` +
      `<td>${escapeHtml(typeOf(schema))}</td><td>${prose(schema.description ?? '')}</td></tr>`,
  );
  return `<table><caption>${escapeHtml(caption)}</caption><tbody>${rows.join('')}</tbody></table>`;
}

function renderExample({ content }: Operation['responses'][string]): string {
  const example = content?.['application/json']?.example;
  return example === undefined
    ? ''
    : `<pre><code>${escapeHtml(JSON.stringify(example, null, 2))}</code></pre>`;
}

function renderErrors(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, title, retryable }]) =>
      `<tr id="error-${code}"><th scope="row"><code>${code}</code></th><td>${status}</td>` +
      `<td>${escapeHtml(title)}</td><td>${retryable ? 'yes' : 'no'}</td></tr>`,
  );
  return `<section aria-labelledby="errors"><h2 id="errors">Errors</h2><table>
<thead><tr><th scope="col">code</th><th scope="col">status</th><th scope="col">meaning</th><th scope="col">trying again can help</th></tr></thead>
<tbody>${rows.join('')}</tbody></table></section>`;
}

function curl(
  method: string,
  path: string,
  login: boolean,
  body: [string, { schema: Schema; example?: unknown }] | undefined,
) {
  const parts = ['curl'];
  if (method !== 'get') parts.push(`-X ${method.toUpperCase()}`);
  if (login) parts.push('-H "Authorization: Bearer $API_KEY"');
  if (body?.[0] === 'application/json') {
    parts.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(body[1].example)}'`);
  } else if (body) {
    const shape = body[1].schema.anyOf?.[0] ?? body[1].schema;
    const forms = (shape.required ?? []).map(
      (name) => `-F ${name}=${name === 'name' ? "'Ada Lovelace'" : '@photo.jpg'}`,
    );
    parts.push(...forms);
  }
  return `${parts.join(' ')} "$URL${path}"`;
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.format === 'binary') return 'file';
  return schema.format ?? schema.type ?? 'value';
}

function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}
