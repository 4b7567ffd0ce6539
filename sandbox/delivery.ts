/** What happens to a message on its way to a phone. */
import type { AcceptedMessage } from './messageStore';
import { receivesSms } from './phones';
import type { World } from './world';

/** What a provider does when something happens to a message. */
export interface DeliveryEvents {
	/** The message left the provider. */
	sent(message: AcceptedMessage): void;
	/** One part was delivered or failed; `done` marks the last report of the message. Parts count from 1. */
	part(message: AcceptedMessage, part: number, outcome: 'delivered' | 'failed', done: boolean): void;
	/** The phone writes back. */
	answered(message: AcceptedMessage, text: string): void;
}

/** Sends a message on its way: it is sent halfway to `deliverAfterMs`, then delivered or not, then perhaps answered. */
export function deliver(world: World, message: AcceptedMessage, events: DeliveryEvents): void {
	const { clock, settings } = world;
	const behaviour = world.behaviour(message.to);
	const wait = settings.deliverAfterMs;
	const outcome = behaviour === 'fails' || !receivesSms(message.to) ? 'failed' : 'delivered';
	const last = message.segments;

	clock.after(wait / 2, () => events.sent(message));

	if (behaviour === 'slow') {
		// Last part first: reports of a long message may come in any order.
		for (let part = last; part >= 1; part--) {
			clock.after(wait * (3 + last - part), () => events.part(message, part, outcome, part === 1));
		}
		return;
	}

	clock.after(wait, () => {
		for (let part = 1; part <= last; part++) {
			events.part(message, part, outcome, part === last);
			if (behaviour === 'reports-twice') events.part(message, part, outcome, part === last);
		}
		if (behaviour === 'answers-yes') clock.after(wait, () => events.answered(message, 'YES'));
		if (behaviour === 'answers-stop') clock.after(wait, () => events.answered(message, 'STOP'));
	});
}
