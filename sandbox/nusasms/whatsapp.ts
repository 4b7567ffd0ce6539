/** WhatsApp messages and media (document: "Whatsapp API Introduction", "Send Message", "Send Media", "Message Info"). */
import { z } from 'zod/v3';
import { deliver } from '../delivery';
import { endpoint, formFormat, jsonFormat, type BodyFormat } from '../endpoint';
import type { AcceptedMessage } from '../messageStore';
import type { Answer, ApiRequest } from '../provider';
import { isOtherForm, newId, nusaDevelopmentKey, nusaSenders, readNumber, whatsAppStatuses, type Account, type WhatsApp } from './account';
import { broken, errorAnswer, validationAnswer } from './errors';
import { receive, setWhatsAppStatus, shownWhatsApp } from './events';
import { readMedia } from './media';
import { own } from './settings';

/** The samples also send forms (`curl -d`), in which everything is text. */
export const typedForm: BodyFormat = {
	contentType: formFormat.contentType,
	parse: (text) => Object.fromEntries([...new URLSearchParams(text)].map(([name, value]): [string, unknown] => [name, readField(name, value)])),
};

function readField(name: string, value: string): unknown {
	if (name === 'timeout' && /^-?\d+$/.test(value)) return Number(value);
	if (name === 'is_group' && /^(true|false)$/.test(value)) return value === 'true';
	return name === 'phone_numbers' ? (JSON.parse(value) as unknown) : value;
}

export const bodyFormats = [jsonFormat, typedForm];

/** What every answer of success looks like. */
export function success(httpStatus: number, message: string, data: unknown): Answer {
	return { httpStatus, body: { error: false, error_code: 0, message, data } };
}

/** The calls with an APIKey know no status -40. */
export function forbidden({ world }: Account): Answer | undefined {
	return own(world).ipAllowed ? undefined : errorAnswer(403, 'Client IP Address Not In White List');
}

const sendFields = {
	timeout: z.number().int().min(0).optional(),
	is_group: z.boolean().optional(),
	destination: z.string(),
};
// The samples send None.
const sender = z.string().nullable().optional();

const messageBody = z.object({ ...sendFields, sender, message: z.string() }).strict();
const mediaBody = z
	.object({ ...sendFields, sender, caption: z.string().optional(), media_url: z.string().optional(), media_base64: z.string().optional(), file_name: z.string().optional() })
	.strict();

type Wanted = Omit<z.infer<typeof messageBody>, 'message'>;

/** What a message or a file says and costs. */
interface Content {
	/** As the phone shows it. */
	text: string;
	cost: number;
	message: string | null;
	caption: string | null;
	mediaUrl: string | null;
}

const CHARACTERS_PER_CREDIT = 1_500;
const MEDIA_CREDITS = 2;

/** "628123456xxxx (Whatsapp phone number account), 628123456xxxx-1243456xxxx (Whatsapp group id)" */
function isGroupId(destination: string): boolean {
	return /^[1-9]\d{7,14}-\d{8,}$/.test(destination);
}

function refuseDestination(account: Account, { destination, is_group }: Wanted, request: ApiRequest): Answer | undefined {
	const isGroup = isGroupId(destination);
	// The schema lets it be left out, and the introduction tells both kinds by their form.
	if (is_group !== undefined && isGroup !== is_group && (isGroup || readNumber(destination) !== undefined)) {
		return broken(request, 'invalid-value', 'is_group', 'does not fit the destination');
	}
	if (isGroup) return undefined;
	if (isOtherForm(destination)) return broken(request, 'invalid-value', 'destination', 'not in the form 628123456xxxx');
	return readNumber(destination) === undefined || account.world.behaviour(destination) === 'invalid' ? validationAnswer('body', 'destination', 'invalid destination') : undefined;
}

/** Checks what messages and media have in common, takes it, and answers. */
async function send(account: Account, wanted: Wanted, senders: readonly string[], content: Content, request: ApiRequest): Promise<{ whatsApp: WhatsApp } | { refused: Answer }> {
	const { world } = account;
	const refused = forbidden(account) ?? refuseDestination(account, wanted, request);
	if (refused) return { refused };
	// "If sender parameter is not set, random sender will be used": here the first.
	const from = wanted.sender ?? senders[0] ?? '';
	if (!senders.includes(from)) return { refused: errorAnswer(400, 'Sender is not available') };
	if (own(world).balanceExpired) return { refused: errorAnswer(400, 'Balance has expired') };
	const cost = request.headers['apikey'] === nusaDevelopmentKey ? 0 : content.cost;
	if (cost > own(world).waCredits) return { refused: errorAnswer(400, 'Not enough credits') };
	const [whatsApp] = await request.take([from], () => accept(account, wanted, from, { ...content, cost }));
	// Half of one message is none; the answer to that is another one.
	return whatsApp ? { whatsApp } : { refused: errorAnswer(500, 'Server Error') };
}

function accept(account: Account, wanted: Wanted, from: string, { text, cost, message, caption, mediaUrl }: Content): WhatsApp {
	const { world } = account;
	const refNo = newId(account);
	const accepted: AcceptedMessage = {
		id: refNo,
		provider: world.provider,
		to: wanted.destination,
		from,
		text,
		custom_ref: null,
		status: 'unsent',
		segments: 1,
		cost,
		at: new Date(world.clock.now()).toISOString(),
		scheduledFor: null,
	};
	const whatsApp: WhatsApp = { refNo, accepted, isGroup: isGroupId(wanted.destination), status: 'unsent', sentAt: null, deliveredAt: null, readAt: null, message, caption, mediaUrl };
	own(world).waCredits -= cost;
	world.messages.add(accepted);
	account.whatsApps.set(refNo, whatsApp);
	sendOut(account, whatsApp, wanted);
	return whatsApp;
}

/** Unsent, queued, sent, delivered, read; or aborted for who has unsubscribed, or failed where time or delivery fails. */
function sendOut(account: Account, whatsApp: WhatsApp, { timeout = 0 }: Wanted): void {
	const { world } = account;
	const { deliverAfterMs } = world.settings;
	const isWaiting = (): boolean => whatsApp.status === 'unsent' || whatsApp.status === 'queued';
	const isOver = (): boolean => whatsApp.status === 'failed' || whatsApp.status === 'aborted';
	const behaviour = whatsApp.isGroup ? undefined : world.behaviour(whatsApp.accepted.to);
	const fail = (): void => {
		// "Fail to save Message (WA Credit deduction will be reverted)"
		own(world).waCredits += whatsApp.accepted.cost;
		setWhatsAppStatus(account, whatsApp, 'failed');
	};
	world.clock.after(deliverAfterMs / 4, () => {
		if (whatsApp.status === 'unsent') setWhatsAppStatus(account, whatsApp, 'queued', false);
		if (behaviour === 'unsubscribed' && !isOver()) setWhatsAppStatus(account, whatsApp, 'aborted');
	});
	// "If the message exceeds the timeout before it has being sent, the status of the message is going to be F"
	if (timeout > 0) {
		world.clock.after(timeout * 1_000, () => {
			if (isWaiting()) fail();
		});
	}
	deliver({ ...world, behaviour: () => behaviour }, whatsApp.accepted, {
		sent: () => {
			if (!isOver()) setWhatsAppStatus(account, whatsApp, 'sent', world.settings.reportSent);
		},
		part: (_message, _part, outcome) => {
			if (isOver()) return;
			if (outcome === 'failed') return fail();
			setWhatsAppStatus(account, whatsApp, 'delivered');
			world.clock.after(deliverAfterMs, () => {
				if (own(world).whatsAppRead && whatsApp.status === 'delivered') setWhatsAppStatus(account, whatsApp, 'read');
			});
		},
		answered: ({ to, from }, text) => {
			if (!isOver()) receive(account, { from: to, to: from, text });
		},
	});
}

/** `\U0001F600` as the phone shows it (document: "Emoticons"). An emoji itself is not what the API asks for, and does not arrive. */
function withEmoticons(text: string, field: string, request: ApiRequest): string {
	if (/\p{Emoji_Presentation}/u.test(text)) request.violations.push({ kind: 'invalid-value', text: `${field}: an emoji, and not its code` });
	return text.replace(/\p{Emoji_Presentation}/gu, '?').replace(/\\U([0-9A-Fa-f]{8})/g, (code, hex: string) => (parseInt(hex, 16) <= 0x10ffff ? String.fromCodePoint(parseInt(hex, 16)) : code));
}

/** Document: "Test status on Test Server, with ref_no namely listed below". */
const testStatuses: Partial<Record<string, keyof typeof whatsAppStatuses>> = {
	queued: 'queued',
	sent: 'sent',
	delivered: 'delivered',
	read: 'read',
	aborted: 'aborted',
	failed: 'failed',
};

function testRecord(account: Account, refNo: string): WhatsApp | undefined {
	const status = testStatuses[refNo];
	if (status === undefined) return undefined;
	const now = account.world.clock.now();
	const reached = ['queued', 'sent', 'delivered', 'read'].indexOf(status);
	const time = (step: number): number | null => (reached >= step ? now : null);
	const accepted: AcceptedMessage = {
		id: refNo,
		provider: account.world.provider,
		to: '6281234567890',
		from: nusaSenders.whatsApp,
		text: '',
		custom_ref: null,
		status,
		segments: 1,
		cost: 0,
		at: new Date(now).toISOString(),
		scheduledFor: null,
	};
	return { refNo, accepted, isGroup: false, status, sentAt: time(1), deliveredAt: time(2), readAt: time(3), message: 'Test message', caption: null, mediaUrl: null };
}

export const whatsAppEndpoints = [
	endpoint({
		method: 'POST',
		path: '/nusasms_api/1.0/whatsapp/message',
		formats: bodyFormats,
		body: messageBody,
		async handle(account: Account, { body, request }) {
			if (body.message.trim() === '') return validationAnswer('body', 'message', 'ensure this value has at least 1 characters');
			const text = withEmoticons(body.message, 'message', request);
			const cost = Math.ceil(Array.from(text).length / CHARACTERS_PER_CREDIT);
			const sent = await send(account, body, [nusaSenders.whatsApp, nusaSenders.media], { text, cost, message: body.message, caption: null, mediaUrl: null }, request);
			if ('refused' in sent) return sent.refused;
			const { refNo, accepted } = sent.whatsApp;
			// `queue` may be null (provider facts, section 3); the document does not show it.
			const data = { sender: accepted.from, destination: accepted.to, message: body.message, ref_no: refNo, queue: null };
			return success(own(account.world).acceptedStatus, 'Message is on queue', data);
		},
	}),
	endpoint({
		method: 'POST',
		path: '/nusasms_api/1.0/whatsapp/media',
		formats: bodyFormats,
		body: mediaBody,
		async handle(account: Account, { body, request }) {
			if (body.sender == null && own(account.world).mediaSender === 'required') return broken(request, 'missing-field', 'sender', 'field required');
			const media = readMedia(body);
			if ('refused' in media) return validationAnswer('body', 'media_url', media.refused);
			if ('broken' in media) return broken(request, media.broken.kind, media.broken.field, media.broken.msg);
			const { caption = null, media_url: mediaUrl = null } = body;
			const text = [caption === null ? '' : withEmoticons(caption, 'caption', request), `[${media.shown}]`].filter((part) => part !== '').join(' ');
			const sent = await send(account, body, [nusaSenders.media], { text, cost: MEDIA_CREDITS, message: null, caption, mediaUrl }, request);
			if ('refused' in sent) return sent.refused;
			const { refNo, accepted } = sent.whatsApp;
			const data = { sender: accepted.from, destination: accepted.to, caption, media_url: mediaUrl, ref_no: refNo, queue: null };
			return success(own(account.world).acceptedStatus, 'Message is on queue', data);
		},
	}),
	endpoint({
		method: 'GET',
		path: '/nusasms_api/1.0/whatsapp/status/:ref_no',
		handle(account: Account, { params }) {
			const refNo = params['ref_no'] ?? '';
			const whatsApp = account.whatsApps.get(refNo) ?? testRecord(account, refNo);
			return forbidden(account) ?? (whatsApp ? success(200, 'Message found', shownWhatsApp(whatsApp)) : errorAnswer(404, 'Message not found'));
		},
	}),
];
