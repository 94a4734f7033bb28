import { describe, expect, test } from 'bun:test';
import { ApiError } from '../api-error.ts';
import { relocateError, relocateFault } from './relocate.ts';
import { Warnings } from './warnings.ts';

const locate = (param: string) => (param.startsWith('messages[3]') ? param.replace('[3]', '[1]') : undefined);

describe('relocateFault', () => {
  test('a path at the head of the message becomes the client’s, in the message and as the parameter', () => {
    const fault = relocateFault({ message: 'messages.3.content.0.type: not allowed' }, locate);
    expect(fault).toEqual({
      message: 'messages[1].content[0].type: not allowed',
      param: 'messages[1].content[0].type',
    });
  });

  test('a path in the middle of the message and in the parameter', () => {
    const fault = relocateFault(
      { message: "Invalid type for 'messages[3].content': expected a string", param: 'messages.[3].content' },
      locate,
    );
    expect(fault).toEqual({
      message: "Invalid type for 'messages[1].content': expected a string",
      param: 'messages[1].content',
    });
  });

  test('what leads nowhere stays as it is', () => {
    expect(relocateFault({ message: 'tools.0.name: bad', code: 'x' }, locate)).toEqual({
      message: 'tools.0.name: bad',
      code: 'x',
    });
    expect(relocateFault({ message: 'nothing here: bad' }, locate)).toEqual({ message: 'nothing here: bad' });
  });
});

const moveUp = (path: string) => path.replace('messages[3]', 'messages[2]');

describe('relocateError', () => {
  test('the path in the message and the parameter become the client’s; all else stays', () => {
    const error = new ApiError('invalid_value', 'The member "messages[3].content" must be a string', {
      param: 'messages[3].content',
      retryAfterS: 3,
    });
    const { code, message, details } = relocateError(error, moveUp);
    expect(code).toBe('invalid_value');
    expect(message).toBe('The member "messages[2].content" must be a string');
    expect(details).toMatchObject({ param: 'messages[2].content', retryAfterS: 3 });
  });

  test('an error that names no place', () => {
    const { message, details } = relocateError(new ApiError('invalid_value', 'no'), moveUp);
    expect(message).toBe('no');
    expect(details.param).toBeUndefined();
  });
});

test('warnings tell their places in the client’s terms', () => {
  const warnings = new Warnings();
  warnings.add('approx.system_position', 'messages[3]');
  warnings.add('dropped.seed');
  warnings.add('dropped.stop', 'stop[4]');
  warnings.relocate(moveUp);
  expect(warnings.list).toEqual(['approx.system_position=messages[2]', 'dropped.seed', 'dropped.stop=stop[4]']);
});
