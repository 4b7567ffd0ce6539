import { askOperation } from '../../../../engine/asking/operation';
import { send } from './send.operation';

/** Answers come by the link alone: UGSMS documents neither replies nor reports. */
export const sendAndWait = askOperation(send, { options: ['allowLandlines', 'defaultCountry', 'earlierSends', 'maxSegments'] });
