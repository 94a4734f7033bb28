import { describe, expect, test } from 'bun:test';
import { relocateFault } from './relocate.ts';

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
