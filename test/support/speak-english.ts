// Before each test file: `t()` speaks English, as a page does before anything else.
import { en } from '../../client/i18n/en/catalogue.ts';
import { speak } from '../../client/i18n/t.ts';

speak({ locale: 'en', texts: [en] });
