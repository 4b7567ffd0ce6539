/** The phones that messages go to. */

/** What a recipient's phone does. Every valid number without an entry receives its messages; `refused`: the provider has a reason of its own. */
export type Behaviour = 'unsubscribed' | 'invalid' | 'refused' | 'fails' | 'answers-yes' | 'answers-stop' | 'slow' | 'reports-twice';

/** A number with a behaviour of its own. `number` is E.164 without "+"; `text` explains it on the phone page. */
export interface SpecialNumber {
	number: string;
	behaviour: Behaviour;
	text: string;
}
