/** The virtual phone: shows what the sandbox holds and lets a person answer. Data is only ever set as text, never as HTML. */
'use strict';

const FAULT_TEXTS = {
	429: 'Answers 429: too many requests. Nothing is accepted.',
	'error-before': 'Answers 503: out of service. Nothing is accepted.',
	'500-before': 'Answers 500; nothing is accepted.',
	'500-after': 'Accepts everything, then answers 500.',
	'reset-before': 'Breaks the connection; nothing is accepted.',
	'reset-after': 'Accepts everything, then breaks the connection.',
	'timeout-before': 'Never answers; nothing is accepted.',
	'timeout-after': 'Accepts everything, then never answers.',
	'malformed-before': 'Answers 200 with a web page instead of JSON; nothing is accepted.',
	'malformed-after': 'Accepts everything, then answers 200 with a web page instead of JSON.',
	'truncated-after': 'Accepts everything, then breaks off in the middle of the answer.',
	'partial-after': 'Accepts the first half of the messages, then answers 500.',
	echo: 'Answers 400 with the whole request in its text, secrets included; nothing is accepted.',
	late: 'Never answers; everything is accepted 58 seconds later.',
	'row-by-row': 'Breaks the connection at once; the messages are accepted one after the other over 10 seconds.',
};
const GOOD = new Set(['delivered', 'read']);
const BAD = new Set(['failed', 'blocked', 'cancelled', 'expired']);
const POLL_MS = 1000;

const find = (id) => document.getElementById(id);
const state = { providers: [], provider: '', phone: '', overview: null, shown: {}, open: new Set() };

/** An element with properties, and children that are elements or text. */
function make(tag, properties, ...children) {
	const element = Object.assign(document.createElement(tag), properties);
	element.append(...children);
	return element;
}

/** Replaces the children of a list when its data changed, and keeps focus and scrolling otherwise. */
function render(id, data, build) {
	const text = JSON.stringify(data);
	if (state.shown[id] === text) return false;
	state.shown[id] = text;
	find(id).replaceChildren(...build());
	return true;
}

async function call(method, path, body) {
	const response = await fetch(`/_sandbox${path}`, {
		method,
		...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
	});
	const answer = await response.json();
	if (!response.ok) throw new Error(answer.error);
	return answer;
}

const clockTime = (at) => new Date(at).toLocaleTimeString([], { hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** +61 491 570 006 for an Australian number, +digits for others. */
function readable(number) {
	const australian = /^61(\d{3})(\d{3})(\d{3})$/.exec(number);
	return australian ? `+61 ${australian.slice(1).join(' ')}` : `+${number}`;
}

/** Everything that a phone saw, oldest first. */
function thread(phone) {
	const { messages, inbound, service } = state.overview;
	return [
		...messages.filter((message) => message.to === phone).map((message) => ({ ...message, way: 'in' })),
		...service.filter((message) => message.to === phone).map((message) => ({ ...message, way: 'in', status: 'service message' })),
		...inbound.filter((message) => message.from === phone).map((message) => ({ ...message, way: 'out' })),
	].sort((a, b) => a.at.localeCompare(b.at));
}

function choosePhone(phone) {
	state.phone = phone;
	state.shown = {};
	find('reply-error').hidden = true;
	find('to').value = '';
	renderAll();
}

function phoneEntry(number, note, at) {
	const button = make('button', { type: 'button', className: 'entry', onclick: () => choosePhone(number) },
		make('b', {}, readable(number), at ? make('time', {}, clockTime(at)) : ''),
		make('span', {}, note));
	button.setAttribute('aria-current', String(number === state.phone));
	return make('li', {}, button);
}

function renderPhones() {
	const { messages, inbound, service } = state.overview;
	const last = new Map();
	const seen = [...messages, ...service].map((message) => ({ phone: message.to, ...message }));
	for (const message of [...seen, ...inbound.map((message) => ({ phone: message.from, ...message }))]) {
		if ((last.get(message.phone)?.at ?? '') <= message.at) last.set(message.phone, message);
	}
	const rows = [...last.values()].sort((a, b) => b.at.localeCompare(a.at));
	render('phones', [rows.map(({ phone, text, at }) => [phone, text, at]), state.phone], () =>
		rows.length > 0
			? rows.map(({ phone, text, at }) => phoneEntry(phone, text, at))
			: [make('li', { className: 'empty' }, 'No messages yet. Send one to see it arrive.')]);
	const { numbers } = state.providers.find(({ name }) => name === state.provider);
	render('special', [numbers, state.phone], () => numbers.map(({ number, text }) => phoneEntry(number, text)));
	const { accepted } = state.overview;
	find('accepted').textContent = accepted > 0 ? `${accepted} accepted` : '';
	if (!state.phone && rows[0]) choosePhone(rows[0].phone);
}

/** The text, with addresses of this sandbox as links. */
function linked(text) {
	return text.split(/(https?:\/\/\S+)/).map((part) =>
		part.startsWith(`${location.origin}/`) ? make('a', { href: part, target: '_blank', rel: 'noopener' }, part) : part);
}

function bubble(message) {
	const tone = GOOD.has(message.status) ? 'good' : BAD.has(message.status) ? 'bad' : '';
	const details = [
		clockTime(message.at),
		message.way === 'in' ? `from ${message.from}` : `to ${message.to}`,
		message.segments > 1 ? `${message.segments} segments` : '',
		message.custom_ref ? `ref ${message.custom_ref}` : '',
		message.scheduledFor ? `for ${new Date(message.scheduledFor).toLocaleString()}` : '',
		message.type === 'unsubscribe' ? 'unsubscribe' : '',
	].filter(Boolean).join(' · ');
	return make('li', { className: message.way },
		make('div', { className: 'bubble' }, ...linked(message.text)),
		make('div', { className: 'meta' }, message.status ? make('span', { className: tone }, message.status) : '', message.status ? ' · ' : '', details));
}

function renderThread() {
	const messages = state.phone ? thread(state.phone) : [];
	find('number').textContent = state.phone ? readable(state.phone) : 'No phone chosen';
	for (const control of find('reply').elements) control.disabled = !state.phone;
	const changed = render('thread', [state.phone, messages], () =>
		messages.length > 0
			? messages.map(bubble)
			: [make('li', { className: 'empty' }, state.phone ? 'Nothing has come to this phone.' : 'Choose a phone, or send a message.')]);
	if (changed) find('thread').scrollTop = find('thread').scrollHeight;
}

function showFaultText() {
	find('kind-text').textContent = FAULT_TEXTS[find('kind').value] ?? '';
}

function renderFaults() {
	const { faults } = state.overview;
	render('faults', faults, () => faults.map((fault) => make('li', {},
		`${fault.kind} for the next ${fault.times === 1 ? 'request' : `${fault.times} requests`}${fault.path ? ` on ${fault.path}` : ''}`,
		make('button', { type: 'button', onclick: () => call('DELETE', '/faults').then(refresh) }, 'Clear all'))));
}

/** A line that opens; `fill` gives what is inside when it does. Opened lines stay open while the list is refreshed. */
function line(key, summary, fill) {
	const pre = make('pre', {});
	const details = make('details', { open: state.open.has(key) }, make('summary', {}, ...summary), pre);
	const show = async () => {
		pre.textContent = JSON.stringify(await fill(), null, 2);
	};
	details.addEventListener('toggle', () => {
		if (!details.open) state.open.delete(key);
		else state.open.add(key);
		if (details.open) void show();
	});
	if (details.open) void show();
	return details;
}

function statusCode(httpStatus, instead) {
	return make('span', { className: `code ${httpStatus >= 200 && httpStatus < 300 ? 'good' : 'bad'}` }, String(httpStatus ?? instead));
}

function renderTraffic() {
	const { log, webhooks } = state.overview;
	const violated = log.filter(({ violations }) => violations.length > 0).length;
	find('violations').textContent = log.length === 0 ? '' : violated === 0 ? 'all in order' : `${violated} against the rules`;
	find('violations').classList.toggle('bad', violated > 0);
	render('log', log, () => log.length === 0
		? [make('li', { className: 'empty' }, 'No requests yet.')]
		: log.toReversed().map((entry) => make('li', { className: entry.violations.length > 0 ? 'violated' : '' },
			line(`request ${entry.id}`, [
				make('time', {}, clockTime(entry.at)),
				make('code', {}, `${entry.method} ${entry.path}`),
				entry.fault ? make('span', { className: 'bad' }, entry.fault) : '',
				statusCode(entry.httpStatus, entry.fault ? '–' : '…'),
			], () => call('GET', `/log/${state.provider}/${entry.id}`)),
			...entry.violations.map(({ kind, text }) => make('p', {}, `${kind}: ${text}`)))));
	render('webhooks', webhooks, () => webhooks.length === 0
		? [make('li', { className: 'empty' }, 'None yet. They start when a webhook URL is registered.')]
		: webhooks.toReversed().map((attempt) => make('li', {},
			line(`webhook ${attempt.at} ${attempt.attempt} ${JSON.stringify(attempt.body)}`, [
				make('time', {}, clockTime(attempt.at)),
				make('code', {}, `${attempt.type} → ${attempt.url}${attempt.attempt > 1 ? ` (attempt ${attempt.attempt})` : ''}`),
				statusCode(attempt.httpStatus, '–'),
			], () => attempt.error ? { error: attempt.error, body: attempt.body } : attempt.body))));
}

function renderAll() {
	if (!state.overview) return;
	renderPhones();
	renderThread();
	renderFaults();
	renderTraffic();
}

async function refresh() {
	try {
		state.overview = await call('GET', `/overview?provider=${encodeURIComponent(state.provider)}`);
		find('offline').hidden = true;
		renderAll();
	} catch {
		find('offline').hidden = false;
	}
}

function chooseProvider(name) {
	Object.assign(state, { provider: name, phone: '', overview: null, shown: {}, open: new Set() });
	const { baseUrl, signIn, faultKinds, inboxes } = state.providers.find((provider) => provider.name === name);
	find('sign-in').replaceChildren(...Object.entries({ 'Base URL': baseUrl, ...signIn }).map(([label, value]) =>
		make('div', {}, make('dt', {}, label), make('dd', {}, value))));
	find('kind').replaceChildren(...faultKinds.map((kind) => make('option', { value: kind }, kind)));
	find('to').replaceChildren(make('option', { value: '' }, 'Answer the last message'), ...inboxes.map((number) => make('option', { value: number }, `Write to ${readable(number)}`)));
	showFaultText();
	return refresh();
}

async function start() {
	state.providers = await call('GET', '/providers');
	find('provider').replaceChildren(...state.providers.map(({ name, title }) => make('option', { value: name }, title)));
	find('provider').onchange = () => chooseProvider(find('provider').value);
	find('kind').onchange = showFaultText;
	find('reset').onclick = async () => {
		await call('POST', '/reset');
		await chooseProvider(state.provider);
	};
	find('fault').onsubmit = async (event) => {
		event.preventDefault();
		const path = find('path').value.trim();
		await call('POST', '/faults', { provider: state.provider, kind: find('kind').value, times: Number(find('times').value), ...(path && { path }) });
		await refresh();
	};
	find('reply').onsubmit = async (event) => {
		event.preventDefault();
		const text = find('text').value;
		const to = find('to').value;
		if (!text) return;
		try {
			await call('POST', '/reply', { provider: state.provider, from: state.phone, text, ...(to && { to }) });
			find('text').value = '';
			find('reply-error').hidden = true;
		} catch (error) {
			find('reply-error').textContent = error.message;
			// What was sent from a name cannot be answered; the next try goes to a number that anybody can write to.
			if (!to) find('to').selectedIndex = Math.min(1, find('to').options.length - 1);
			find('reply-error').hidden = false;
		}
		await refresh();
	};
	await chooseProvider(state.providers[0].name);
	setInterval(() => {
		if (!document.hidden) void refresh();
	}, POLL_MS);
}

void start();
