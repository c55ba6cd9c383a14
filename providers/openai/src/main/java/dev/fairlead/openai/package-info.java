/** OpenAI: the API at api.openai.com and its regional hosts. */
@NullMarked
package dev.fairlead.openai;

import org.jspecify.annotations.NullMarked;
