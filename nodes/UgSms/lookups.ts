/** Searches behind the pickers: UGSMS lists nothing that could be picked. */
import type { Lookup } from '../../engine/inputs/lookup';

export const lookups: Record<string, Lookup> = {};
