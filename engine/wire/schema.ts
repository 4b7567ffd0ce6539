/** The one door to zod: bundled into the package at build time, in the version that passes n8n's scanner. */
export { z } from 'zod/v3';
