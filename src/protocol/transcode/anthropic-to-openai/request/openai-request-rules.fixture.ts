import { expect } from 'bun:test';

interface Message {
  readonly role: string;
  readonly content: unknown;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { id: string; type: string; function: { name: string; arguments: string } }[];
}

const PARTS: Readonly<Record<string, readonly string[]>> = {
  system: ['text'],
  user: ['text', 'image_url', 'file'],
  assistant: ['text'],
  tool: ['text'],
};

/** What OpenAI's API checks before it looks at a model: fails where a request would be refused. */
export function expectOpenAiRequest(request: { messages: Message[]; tools?: { function: { name: string } }[] }): void {
  let open = new Set<string>();
  for (const message of request.messages) {
    const { role, content, tool_calls: calls = [] } = message;
    if (role === 'tool') {
      expect(open.delete(String(message.tool_call_id))).toBe(true);
    } else expect([...open]).toEqual([]);
    if (content === null) expect([role, calls.length > 0]).toEqual(['assistant', true]);
    else if (typeof content !== 'string') {
      expect(content).toBeArray();
      expect((content as unknown[]).length).toBeGreaterThan(0);
      for (const { type } of content as { type: string }[]) expect(PARTS[role]).toContain(type);
    }
    if (calls.length > 0) open = new Set(calls.map(({ id }) => id));
    expect(open.size).toBe(role === 'tool' ? open.size : calls.length);
    for (const call of calls) {
      expect([call.type, typeof call.function.arguments]).toEqual(['function', 'string']);
      expect(call.function.name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    }
  }
  expect([...open]).toEqual([]);
  const names = (request.tools ?? []).map((tool) => tool.function.name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  expect(request.tools?.length).not.toBe(0);
}
