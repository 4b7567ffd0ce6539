import { resource } from '../../../../engine/operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { send } from './send.operation';
import { verify } from './verify.operation';

export const otpResource = resource('Verification Code', 'otp', { send, verify, get, getAll });
