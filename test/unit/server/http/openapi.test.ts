import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../../../../protocol/errors.ts';
import * as kiosk from '../../../../protocol/kiosks.ts';
import * as point from '../../../../protocol/operating-point.ts';
import * as rest from '../../../../protocol/rest.ts';
import { renderDocs } from '../../../../server/http/docs.page.ts';
import { createOpenApi } from '../../../../server/http/openapi.ts';
import { examples } from '../../../../server/http/openapi-examples.ts';

const document = createOpenApi({ serverUrl: 'http://localhost:8080', version: '1.2.3' });

describe('the OpenAPI document', () => {
  it('has examples that their schemas accept', () => {
    rest.personSchema.parse(examples.person);
    rest.enrollResponseSchema.parse(examples.enrolled);
    rest.identifyResponseSchema.parse(examples.identified);
    rest.verifyResponseSchema.parse(examples.verified);
    point.operatingPointResponseSchema.parse(examples.operatingPoint);
    point.galleryCheckResponseSchema.parse(examples.galleryCheck);
    rest.erasureReceiptSchema.parse(examples.receipt);
    kiosk.kioskSchema.parse(examples.kiosk);
    kiosk.createKioskResponseSchema.parse(examples.createdKiosk);
    rest.sessionSchema.parse(examples.session);
    rest.readinessSchema.parse(examples.ready);
    rest.readinessSchema.parse(examples.notReady);
    for (const code of Object.keys(ERRORS) as ErrorCode[]) rest.problemSchema.parse(examples.problem(code));
  });

  it('describes the enrol form by its fields, names needed, photos as files', () => {
    const form = document.paths?.['/enroll']?.post?.requestBody as {
      content: Record<string, { schema: { properties: Record<string, unknown>; required: string[] } }>;
    };
    const schema = form.content['multipart/form-data']?.schema;
    expect(Object.keys(schema?.properties ?? {}).sort()).toEqual([
      'consent',
      'duplicates',
      'externalId',
      'faces',
      'name',
      'photos',
    ]);
    expect(schema?.required.toSorted()).toEqual(['name', 'photos']);
    expect(schema?.properties.photos).toMatchObject({
      type: 'array',
      items: { type: 'string', format: 'binary' },
    });
    expect(schema?.properties.faces).toMatchObject({ type: 'string' });
  });

  it('says of every operation that is not public how to log in, and which error that gives', () => {
    for (const [path, item] of Object.entries(document.paths ?? {})) {
      for (const operation of Object.values(
        item as Record<string, { security?: unknown[]; responses: object }>,
      )) {
        const isOpen = operation.security?.length === 0;
        expect(isOpen || Object.keys(operation.responses).includes('401'), path).toBe(true);
      }
    }
    expect(document.paths?.['/people']?.get?.security).toEqual([{ bearer: [] }, { console: [] }]);
    expect(document.paths?.['/healthz']?.get?.security).toEqual([]);
  });
});

describe('the docs page', () => {
  const page = renderDocs(document);

  it('shows every operation and every error code', () => {
    for (const [path, item] of Object.entries(document.paths ?? {})) {
      for (const method of Object.keys(item)) {
        expect(page).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
      }
    }
    for (const code of Object.keys(ERRORS)) expect(page).toContain(`id="error-${code}"`);
  });

  it('needs no script and nothing from elsewhere', () => {
    expect(page).not.toMatch(/<script|<style|style=|src=|href="?https?:\/\/(?!localhost)/);
  });

  it('escapes what the document says', () => {
    const hostile = structuredClone(document);
    hostile.info.description = '<img src=x onerror=alert(1)>';
    expect(renderDocs(hostile)).not.toContain('<img');
  });
});
