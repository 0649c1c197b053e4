import { config } from 'zod';

// The pages' content security policy forbids `eval`; zod's probe for it would be reported as a violation.
// Schemas read this while they are defined, so every page imports this module before all others.
config({ jitless: true });
