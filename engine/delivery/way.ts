/** How the entries of a write travel: batches say it themselves, and an item is a batch of one. */
import type { IDataObject } from 'n8n-workflow';

import type { Failure } from '../failure';
import type { BatchOperation, Departure, Doubt, History, ItemEntry, OperationOfKind, Outcome, ProviderRequest, Send, Tag } from '../operation';
import type { ItemValues } from '../inputs/reading';
import { engineOptions } from '../inputs/reading';
import type { z } from '../wire/schema';

/** What the doubt loop needs to know of an operation. */
export interface Way {
	subject: string;
	/** Whether an entry is a whole item, of which nothing comes out unless it was accepted. */
	isItem: boolean;
	/** What is done to it, as a participle: "sent", "saved", "done". */
	verb: string;
	effect: 'repeatable' | 'once';
	batchSize: number;
	request(entries: unknown[], shared: unknown, departure: Departure): ProviderRequest | Promise<ProviderRequest>;
	response: z.ZodType<unknown, z.ZodTypeDef, unknown>;
	outcomes(response: unknown, entries: unknown[], departure: Departure): Array<Outcome | undefined>;
	unanswered(entry: unknown, status: 'unknown' | 'failed', id?: string): IDataObject;
	recipient(entry: unknown): string;
	distinct?: true;
	doubt?: Doubt<unknown>;
	history?: History<unknown>;
	culprits?: BatchOperation<never, never, unknown, unknown, unknown>['culprits'];
	/** A refusal that is an answer. */
	answered?(failed: Failure, entry: unknown): Outcome | undefined;
	gone?(entry: unknown, send: Send): Promise<Outcome | undefined>;
	/** Where the response goes on. */
	next?(response: unknown, entry: unknown): ProviderRequest | undefined;
	/** Values of an entry that no text may show. */
	secrets?(entry: unknown): string[];
}

export function wayOfBatch(operation: OperationOfKind<'batch'>): Way {
	const { subject = 'message' } = operation;
	return { ...operation, subject, isItem: false, verb: isMessage(subject) ? 'sent' : 'saved' };
}

type Entry = ItemEntry<ItemValues>;

export function wayOfItem(operation: OperationOfKind<'item'>): Way {
	const { subject = 'item', effect, gone, next, secret } = operation;
	const done = (rows: IDataObject | IDataObject[], ids?: string[]): Outcome => ({ accepted: true, output: rows, ids });
	const rowsOf = (response: unknown, { values, tag }: Entry): IDataObject | IDataObject[] => {
		if (operation.raw && values[engineOptions.simplify] === false) return operation.raw(response);
		return operation.output(response, values, tag);
	};
	return {
		subject,
		isItem: true,
		verb: isMessage(subject) ? 'sent' : 'done',
		effect: effect === 'once' ? 'once' : 'repeatable',
		batchSize: 1,
		request: ([entry], _shared, departure) => operation.request((entry as Entry).values, departure, (entry as Entry).tag),
		response: operation.response,
		outcomes: (response, [entry]) => [done(rowsOf(response, entry as Entry), operation.ids?.(response))],
		unanswered: () => ({}),
		recipient: () => '',
		doubt: operation.doubt,
		history: operation.history,
		answered(failed, entry) {
			const answer = operation.answered?.(failed.body, (entry as Entry).values);
			return answer && done(answer);
		},
		...(next && { next: (response: unknown, entry: unknown) => next(response, (entry as Entry).values) }),
		...(secret && { secrets: (entry: unknown) => secret.map((name) => String((entry as Entry).values[name])) }),
		...(gone && {
			async gone(entry: unknown, send: Send) {
				const answer = await gone((entry as Entry).values, send);
				return answer && done(answer);
			},
		}),
	};
}

export function entryOf(values: ItemValues, tag: Tag): Entry {
	return { values, tag };
}

function isMessage(subject: string): boolean {
	return subject.endsWith('message');
}
