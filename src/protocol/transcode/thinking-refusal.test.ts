import { describe, expect, test } from 'bun:test';
import { classifyUpstreamFault, readUpstreamFault } from './upstream-error.ts';
import { readThinkingRefusal } from './thinking-refusal.ts';

const REFUSED = [
  'messages.1.content.0: Invalid `signature` in `thinking` block',
  'messages.7.content.2: Invalid signature in thinking block',
  'messages.1.content.0: Invalid `signature` in `thinking`       block',
  'messages.3.content.0: Invalid `data` in `redacted_thinking` block',
  'messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation. Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` to "drop_block".',
  'InvokeModelWithResponseStream: operation error Bedrock Runtime, StatusCode: 400, ValidationException: ***.***.content.0: Invalid `signature` in `thinking` block',
  'data:{"error":{"type":"invalid_request_error","message":"messages.1.content.0: Invalid signature in thinking block (Service: BedrockRuntime, Status Code: 400,',
  'messages.647.content.0.thinking.signature: Field required',
  'messages.1.content.5: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.',
  'Corrupted thought signature.',
  'Invalid thought signature.',
  'Unable to submit request because Thought signature is not valid',
  'The encrypted content for item rs_0a1b could not be verified. Reason: Encrypted content could not be decrypted or parsed.',
];
const MISSING = [
  'messages.129.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`. When `thinking` is enabled, a final `assistant` message must start with a thinking block',
  'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`.',
  'The `content[].thinking` in the thinking mode must be passed back to the API.',
];
const OTHER = [
  'thinking.budget_tokens: Input should be greater than or equal to 1024',
  'messages.1.content.0: Invalid `type` in `tool_use` block',
  '`clear_thinking_20251015` strategy requires `thinking` to be enabled or adaptive',
  'The `reasoning_content` in the thinking mode must be passed back to the API.',
  'Function call is missing a thought_signature in functionCall parts.',
  'max_tokens must be greater than thinking.budget_tokens',
  'I think the signature is invalid',
  '',
];

describe('D2: what vendors say of thinking', () => {
  test('that is not theirs', () => {
    for (const said of REFUSED) expect([said, readThinkingRefusal(said)]).toEqual([said, 'refused']);
  });

  test('D10: that is not there', () => {
    for (const said of MISSING) expect([said, readThinkingRefusal(said)]).toEqual([said, 'missing']);
  });

  test('and what they say of anything else', () => {
    for (const said of OTHER) expect([said, readThinkingRefusal(said)]).toEqual([said, undefined]);
  });

  test('an error bears it however the vendor wraps its words', () => {
    const anthropic = {
      type: 'error',
      error: { type: 'invalid_request_error', message: REFUSED[0] as string },
      request_id: 'req_vrtx_1',
    };
    const wrapped = [
      anthropic,
      { message: REFUSED[0] },
      { error: { code: 400, message: JSON.stringify(anthropic), status: 'INVALID_ARGUMENT' } },
      { error: { message: REFUSED[0], code: 'invalid_request_body' } },
      {
        error: {
          message: 'Provider returned error',
          code: 400,
          metadata: { raw: JSON.stringify({ message: REFUSED[1] }), provider_name: 'Amazon Bedrock' },
        },
      },
    ];
    for (const body of wrapped) {
      const fault = readUpstreamFault(body);
      const error = classifyUpstreamFault(400, fault ?? { message: '' });
      expect([body, error.code, error.details.thinking]).toEqual([body, 'invalid_value', 'refused']);
      expect(error.message).toContain('keep to one model');
      expect(error.failover).toBe('never');
    }
  });

  test('resellers tell it with other statuses, which would be tried again and again', () => {
    for (const status of [422, 429, 500, 503]) {
      const error = classifyUpstreamFault(status, { message: REFUSED[0] as string });
      expect([error.code, error.details.thinking, error.retryable]).toEqual(['invalid_value', 'refused', false]);
    }
    expect(classifyUpstreamFault(500, { message: MISSING[0] as string }).code).toBe('upstream_error');
    expect(classifyUpstreamFault(400, { message: MISSING[0] as string }).details.thinking).toBe('missing');
  });
});
