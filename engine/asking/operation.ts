/** The operation `message.sendAndWait`: a provider's own send, asked in a way to which somebody can answer. */
import { badValue, failure, isFailure } from '../failure';
import type { Field, Fields } from '../inputs/fields';
import { choice, text } from '../inputs/fields';
import { engineOptions } from '../inputs/reading';
import type { AnswerAddress, Asking, Asks, BatchOperation, Doubt, FollowUp, History, OperationOfKind, Send, UnnamedOperation } from '../operation';
import { batchOperation } from '../operation';
import { parseTime } from '../values/times';
import { isOptOut, unclearWords } from './words';

/** n8n-workflow's SEND_AND_WAIT_OPERATION: by this value n8n knows the operation, and makes a human-review tool of the node. */
export const sendAndWait = 'sendAndWait';

type Values = Record<string, unknown>;
type Sending = Omit<OperationOfKind<'batch'>, 'value'>;

/** Where the engine leaves, among the values of the item, what it made for each number. */
export const preparedKey = 'prepared question';

/** What is sent to one number. */
export interface Prepared {
	to: string;
	text: string;
	/** Absent where only the link in the text leads back. */
	address?: AnswerAddress;
}

/** The entry of the provider's own send, alone in its request. */
interface Boxed {
	own: unknown;
	shared: unknown;
}

const usualYes = 'YES, Y, OK, 1, 👍';
const usualNo = 'NO, N, 2, 👎';

const approval = { value: 'approval', label: 'Approval', description: 'Yes or no' } as const;
const freeText = { value: 'freeText', label: 'Free Text', description: 'Any answer' } as const;
const delivery = { value: 'delivery', label: 'Delivery', description: 'Goes on when the message was delivered or failed' } as const;

const responseType = (reports: boolean): Field<string> =>
	choice({
		label: 'Response Type',
		choices: reports ? [approval, freeText, delivery] : [approval, freeText],
		default: 'approval',
		description: 'What the workflow waits for',
	});

const answerBy = (replies: boolean, usually: 'link' | 'reply'): Field<string> =>
	choice({
		label: 'Answer By',
		choices: replies
			? [
					{ value: 'reply', label: 'Reply', description: 'They type an answer' },
					{ value: 'link', label: 'Link', description: 'The message ends with a link to a short page' },
					{ value: 'both', label: 'Reply or Link', description: 'Either of them' },
				]
			: [{ value: 'link', label: 'Link', description: 'The message ends with a link to a short page. Replies cannot be told apart at this provider.' }],
		default: usually,
		description: 'How people answer. The link makes the message longer: it counts when the message is checked against Max Segments.',
		showWhen: { responseType: ['approval', 'freeText'] },
	});

function words(label: string, usual: string, means: string): Field<string[]> {
	const inner = text({ label, description: `What counts as ${means}: the first word of the answer, in any case, separated by commas` });
	return {
		...inner,
		property: { ...inner.property, default: usual },
		read(raw, reading) {
			const list = (inner.read(raw, reading) ?? usual).split(/[,\n]+/).map((word) => word.trim());
			return list.filter((word) => word !== '');
		},
	};
}

const units: Record<string, number> = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

/** As n8n's own nodes have it. */
const limitWaitTime: Field<Date | undefined> = {
	label: 'Limit Wait Time',
	required: false,
	property: {
		type: 'fixedCollection',
		default: { values: { limitType: 'afterTimeInterval', resumeAmount: 45, resumeUnit: 'minutes' } },
		description: 'How long to wait. After that the workflow goes on with the input of this node: there is no field "data" then.',
		options: [
			{
				name: 'values',
				displayName: 'Values',
				values: [
					{
						displayName: 'Limit Type',
						name: 'limitType',
						type: 'options',
						default: 'afterTimeInterval',
						description: 'When the workflow goes on without an answer',
						options: [
							{ name: 'After Time Interval', value: 'afterTimeInterval', description: 'Waits for a certain amount of time' },
							{ name: 'At Specified Time', value: 'atSpecifiedTime', description: 'Waits until a date and time' },
						],
					},
					{
						displayName: 'Amount',
						name: 'resumeAmount',
						type: 'number',
						displayOptions: { show: { limitType: ['afterTimeInterval'] } },
						typeOptions: { minValue: 0, numberPrecision: 2 },
						default: 45,
						description: 'The time to wait',
					},
					{
						displayName: 'Unit',
						name: 'resumeUnit',
						type: 'options',
						displayOptions: { show: { limitType: ['afterTimeInterval'] } },
						options: [
							{ name: 'Minutes', value: 'minutes' },
							{ name: 'Hours', value: 'hours' },
							{ name: 'Days', value: 'days' },
						],
						default: 'minutes',
						description: 'Unit of the amount',
					},
					{
						displayName: 'Max Date and Time',
						name: 'maxDateAndTime',
						type: 'dateTime',
						displayOptions: { show: { limitType: ['atSpecifiedTime'] } },
						default: '',
						description: 'Until when to wait, in the workflow\'s time zone',
					},
				],
			},
		],
	},
	read(raw, { field, timezone, now }) {
		const { limitType = 'afterTimeInterval', resumeAmount = 45, resumeUnit = 'minutes', maxDateAndTime } = ((raw as { values?: Values } | undefined)?.values ?? {});
		if (limitType === 'atSpecifiedTime') {
			const parsed = parseTime(maxDateAndTime, timezone);
			if ('refusal' in parsed) throw badValue(field, `is "${String(maxDateAndTime)}", which ${parsed.refusal}`, parsed.advice);
			if (parsed.time.toMillis() <= now) throw badValue(field, 'is in the past', 'Pick a time in the future.');
			return parsed.time.toJSDate();
		}
		const unit = units[String(resumeUnit)];
		const amount = Number(resumeAmount);
		if (unit === undefined || !(amount > 0)) throw badValue(field, 'is not an amount of minutes, hours or days', 'Write a number above 0, and pick its unit.');
		return new Date(now + amount * unit);
	},
};

const questionOptions = (replies: boolean): Fields => ({
	...(replies && {
		clarification: text({
			label: 'Clarification',
			rows: 2,
			placeholder: 'e.g. Please reply YES or NO.',
			description: 'Sent once to somebody whose reply is neither yes nor no. Without it such replies are passed over in silence.',
		}),
		yesWords: words('Words for Yes', usualYes, 'yes'),
		noWords: words('Words for No', usualNo, 'no'),
	}),
	confirmation: text({ label: 'Confirmation', rows: 2, placeholder: 'e.g. Thank you, see you on Monday.', description: 'Sent to the number that answered' }),
	limitWaitTime,
	noLabel: text({ label: 'No Button Label', placeholder: 'e.g. No', description: 'What stands on the button of the page behind the link' }),
	yesLabel: text({ label: 'Yes Button Label', placeholder: 'e.g. Yes', description: 'What stands on the button of the page behind the link' }),
});

/** A question's own values among those of its item. */
export interface QuestionValues {
	to: string[];
	message: string;
	responseType: 'approval' | 'freeText' | 'delivery';
	answerBy?: 'reply' | 'link' | 'both';
	clarification?: string;
	confirmation?: string;
	limitWaitTime?: Date;
	yesWords?: string[];
	noWords?: string[];
	yesLabel?: string;
	noLabel?: string;
}

export function wordsOf({ yesWords, noWords }: QuestionValues): { yes: string[]; no: string[] } {
	return { yes: yesWords ?? usualYes.split(', '), no: noWords ?? usualNo.split(', ') };
}

function check(values: QuestionValues): void {
	const given = wordsOf(values);
	for (const [label, list] of [['Words for Yes', given.yes], ['Words for No', given.no]] as const) {
		if (list.length === 0) throw badValue(label, 'has no word in it', 'Write at least one, or take the option out: there are usual words then.');
		const optOut = list.find(isOptOut);
		if (optOut !== undefined) throw badValue(label, `has "${optOut}", by which people opt out of all messages`, 'Take another word. An opt-out ends the question in any case, with "optedOut".');
	}
	const [unclear] = unclearWords(given);
	if (unclear !== undefined) throw badValue('Words for No', `and "Words for Yes" cannot be told apart by "${unclear}"`, 'Take it out of one of the lists.');
	if (values.responseType === 'delivery' && values.to.length > 1) {
		throw badValue('To', `has ${values.to.length} numbers, but a delivery is waited for at one`, 'Ask for one number at a time, with a loop or a sub-workflow.');
	}
}

/** A question goes at once, and is sent and not looked at. */
const notForQuestions = new Set<string>(['scheduledFor', engineOptions.when, engineOptions.timeZone, engineOptions.onlyPreview]);

/**
 * @param send the provider's own `message.send`, by which the question goes out
 */
export function askOperation(send: UnnamedOperation, asking: Asking): UnnamedOperation {
	if (send.kind !== 'batch') throw new Error('A question is asked by a batch operation');
	const { to, message, ...all } = send.fields;
	if (!to || !message) throw new Error('A question needs a recipient and a text');
	const replies = asking.replies !== undefined;
	const { medium = { name: 'SMS', one: 'an SMS' } } = asking;
	const others = Object.fromEntries(Object.entries(all).filter(([name]) => !notForQuestions.has(name)));
	const shownOptions = Object.fromEntries(Object.entries(send.options ?? {}).filter(([name]) => asking.options.includes(name)));
	const asks = asksBy(send, asking);
	return batchOperation<Fields, unknown, Boxed, unknown, Fields>({
		label: 'Send and Wait for Response',
		action: `Send ${medium.one} and wait for the answer`,
		description: `Ask by ${medium.name}: the workflow waits for the answer, or for the delivery, and goes on with it`,
		effect: 'once',
		fields: { to, message, ...others, responseType: responseType(asking.reports !== undefined), answerBy: answerBy(replies, replies ? (asking.usually ?? 'reply') : 'link') },
		options: { ...shownOptions, ...questionOptions(replies), ...asking.ownOptions },
		identity: ['message'],
		check: (values) => check(values as unknown as QuestionValues),
		// Each number has an address of its own.
		batchSize: 1,
		shared: () => undefined,
		entries(values, tag) {
			const given: Values = values;
			const prepared = given[preparedKey] as Prepared[] | undefined;
			if (!prepared) throw failure('input', 'A question was not prepared');
			return prepared.map((one, index) => boxOf(send, asks.own(given, one.to, one.text, one.address), () => tag(index)));
		},
		recipient: ({ own }) => send.recipient(own),
		request: async ([box], _shared, departure) => await send.request([box?.own], box?.shared, departure),
		response: send.response,
		outcomes: (response, boxes, departure) => send.outcomes(response, boxes.map(({ own }) => own), departure),
		unanswered: ({ own }, status, id) => send.unanswered(own, status, id),
		...(send.doubt && { doubt: doubtOf(send.doubt) }),
		...(send.history && { history: historyOf(send.history) }),
		...(send.culprits && { culprits: (body: unknown, boxes: Boxed[]) => send.culprits?.(body, boxes.map(({ own }) => own)) }),
		asks,
	});
}

function boxOf(send: Sending, own: Values, tag: Parameters<BatchOperation<Fields, Fields, unknown, unknown, unknown>['entries']>[1]): Boxed {
	const [entry] = send.entries(own, tag);
	return { own: entry, shared: send.shared(own) };
}

function doubtOf(doubt: Doubt<unknown>): Doubt<Boxed> {
	const inside = (boxes: Boxed[]): unknown[] => boxes.map(({ own }) => own);
	switch (doubt.by) {
		case 'repeat':
			return doubt;
		case 'mark':
			return { by: 'mark', look: async (boxes, seeking) => await doubt.look(inside(boxes), seeking) };
		case 'content':
			return {
				by: 'content',
				content: ({ own }) => doubt.content(own),
				bookmark: doubt.bookmark,
				posted: async (send, after, boxes) => await doubt.posted(send, after, inside(boxes)),
			};
	}
}

function historyOf(history: History<unknown>): History<Boxed> {
	return { content: ({ own }) => history.content(own), recent: history.recent };
}

function asksBy(send: Sending, asking: Asking): Asks {
	const { doubt } = send;
	const { before } = send;
	return {
		...asking,
		...(doubt?.by === 'repeat' && { dropsRepeats: doubt.hours * 3_600_000 }),
		...(before && { before: async (values: Values[], ask: Send) => await before(values, ask) }),
		own: (values, number, words, address) => {
			const own: Values = { ...values, to: [number], message: words };
			return (address && asking.addressed?.(own, address)) ?? own;
		},
		checkOwn: (own) => send.check?.(own),
		async followUp(own, id, now): Promise<FollowUp> {
			const { own: entry, shared } = boxOf(send, own, () => ({ reference: id.slice(0, 32) }));
			return { id, request: await send.request([entry], shared, { id, now }), ...(doubt?.by === 'mark' && { entry }) };
		},
		...(doubt?.by === 'mark' && {
			async isThere({ id, entry }, ask) {
				try {
					const [found] = await doubt.look([entry], { send: ask, id, since: 0 });
					return found !== 'absent';
				} catch (thrown) {
					if (isFailure(thrown) && thrown.gone === true) return false;
					throw thrown;
				}
			},
		}),
	};
}
