// Talks to the API in every way that the exercises use, with the TypeScript SDK, and prints what it got.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.env.SDK_FOLDER + '/');
const { default: Anthropic } = await import(pathToFileURL(require.resolve('@anthropic-ai/sdk')).href);

const messages = [{ role: 'user', content: 'Explain in two sentences what a token is.' }];
const asked = { model: 'claude-haiku-4-5', max_tokens: 1000, messages };
const usage = (message) => [message.usage.input_tokens, message.usage.output_tokens, message.stop_reason];

const client = new Anthropic();
const plain = await client.messages.create(asked);
const counted = await client.messages.countTokens({ model: asked.model, messages });
const pieces = [];
const stream = client.messages.stream(asked);
stream.on('text', (text) => pieces.push(text));
const final = await stream.finalMessage();
const events = [];
for await (const event of await client.messages.create({ ...asked, stream: true })) events.push(event.type);
const beta = await client.beta.messages.create(asked);
let refused = '';
try {
  await client.messages.create({ ...asked, model: 'claude-imaginary' });
} catch (error) {
  if (error instanceof Anthropic.NotFoundError) refused = error.message;
}
console.log(JSON.stringify({
  plain: usage(plain), counted: counted.input_tokens, pieces, final: usage(final), events, beta: usage(beta), refused,
}));
