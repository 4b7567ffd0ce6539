/**
 * A retry whose ledger is gone. After Stop, a crash or a kill n8n keeps nothing of the node, and a retry would send everything
 * again: so before it sends, it looks at the provider for what an earlier execution sent.
 */
import { failure } from '../failure';
import type { Outcome, Posted } from '../operation';
import { essence } from '../output/essence';
import { sender } from '../wire/request';
import type { Desk, Planned } from './delivery';

/** What to do with messages that seem to be there already. */
export type EarlierSends = 'stop' | 'skip' | 'sendAgain';

/** How far back it looks, in ms. */
const lookBack = 24 * 60 * 60 * 1000;

/**
 * Looks for entries at the provider. Under `skip`, found ones get their outcome.
 * @returns a sentence for the user, where there is something to say
 * @throws Failure (`input`) when anything was found under `stop`, or when the provider has no list to look at: nothing was sent
 */
export async function findEarlier(desk: Desk, planned: Planned[], choice: EarlierSends): Promise<string | undefined> {
	const { way, connection, ledger } = desk;
	if (choice === 'sendAgain' || planned.length === 0) return undefined;
	const { name } = connection.provider;
	if (!way.history) {
		throw failure(
			'input',
			'This is a retry, and n8n kept nothing of the first run',
			`${name} cannot be asked what that run sent, so nothing was sent now. If it sent nothing, or all may be sent again, ` +
				'set the option "When a Retry Finds Earlier Sends" to "Send Again", and retry.',
		);
	}

	const { history } = way;
	const { posted, whole } = await history.recent(sender(connection, 'read'), connection.clock.now() - lookBack);
	const found = pair(planned, posted, history.content, `n8n-${ledger.place}`);
	if (found.size === 0)
		return whole ? undefined : `This is a retry, and n8n kept nothing of the first run. Only the newest ${posted.length} messages at ${name} were looked through; none of this run was among them.`;

	if (choice === 'stop') {
		const oldest = Math.min(...[...found.values()].flatMap(({ at }) => at ?? []));
		const since = Number.isFinite(oldest) ? `, the first on ${new Date(oldest).toISOString()}` : '';
		throw failure(
			'input',
			`${found.size} of ${planned.length} messages of this run seem to have been sent already${since}`,
			'This is a retry, and n8n kept nothing of the first run, so nothing was sent now. Set the option "When a Retry Finds Earlier Sends" to send only the others, or to send all again, and retry.',
		);
	}
	for (const [one, row] of found) one.result = rowOutcome(row);
	return `${found.size} of ${planned.length} messages were found at ${name} from an earlier run, and not sent again.`;
}

function rowOutcome({ outcome, to, text }: Posted): Outcome {
	return outcome ?? { accepted: true, output: { ...(to !== undefined && { to }), text } };
}

/** Pairs entries with rows, each row once: by the reference that this node makes for the item, or else by recipient and text. */
function pair(planned: Planned[], posted: Posted[], contentOf: (entry: unknown) => { to?: string; text: string; isFilledIn?: boolean }, prefix: string): Map<Planned, Posted> {
	const byReference = new Map<string, Posted[]>();
	const byContent = new Map<string, Posted[]>();
	const add = (map: Map<string, Posted[]>, key: string, row: Posted) => map.set(key, [...(map.get(key) ?? []), row]);
	for (const row of posted) {
		const item = row.reference?.startsWith(prefix) ? /-(\d+(?:-\d+)?)$/.exec(row.reference)?.[1] : undefined;
		if (item !== undefined) add(byReference, `${row.to ?? ''} ${item}`, row);
		add(byContent, `${row.to ?? ''} ${essence(row.text)}`, row);
	}
	const used = new Set<Posted>();
	const found = new Map<Planned, Posted>();
	for (const one of planned) {
		const content = contentOf(one.entry);
		// A text that the provider fills in is known by its reference only.
		const rows = content.isFilledIn ? byReference.get(`${content.to ?? ''} ${one.key.replace('.', '-').replace(/-0$/, '')}`) : byContent.get(`${content.to ?? ''} ${essence(content.text)}`);
		const row = rows?.find((each) => !used.has(each));
		if (!row) continue;
		used.add(row);
		found.set(one, row);
	}
	return found;
}
