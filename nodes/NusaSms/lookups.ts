/** Searches behind pickers. There are none: the API lists neither senders nor groups. */
import type { Lookup } from '../../engine/editor/lookup';

export const lookups: Record<string, Lookup> = {};
