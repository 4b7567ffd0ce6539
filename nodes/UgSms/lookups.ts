/** Searches behind the pickers: UGSMS lists nothing that could be picked. */
import type { Lookup } from '../../engine/editor/lookup';

export const lookups: Record<string, Lookup> = {};
