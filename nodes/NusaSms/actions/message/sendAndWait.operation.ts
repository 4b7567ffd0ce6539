import { askOperation } from '../../../../engine/asking/operation';
import { send } from './send.operation';

/** Answers come by the link alone: what NusaSMS pushes says neither which message somebody answers, nor, by any document, which one was delivered. */
export const sendAndWait = askOperation(send, { options: ['allowLandlines', 'defaultCountry', 'earlierSends', 'maxSegments', 'otp', 'unicode'] });
