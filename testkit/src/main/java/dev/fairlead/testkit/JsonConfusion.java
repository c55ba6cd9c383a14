package dev.fairlead.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts values of the wrong type into JSON texts. Stateless and thread-safe. */
final class JsonConfusion {
    /** JSON texts to stand where something else is expected. */
    static final List<String> WRONG = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1e999",
            "-1.5e-400",
            "99999999999999999999999",
            "\"\"",
            "\"text\"",
            "\"\\u0000\\ud800\"",
            "[]",
            "{}",
            "[null,[],{}]",
            "[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]",
            "{\"message\":{\"message\":1},\"code\":[\"x\"],\"extensions\":null}");

    private static final JsonMapper JSON = new JsonMapper();

    /** It stands for the value until the text is written, as some of them are no values of Jackson's. */
    private static final String MARK = "the value goes here";

    private JsonConfusion() {}

    /** The JSON pointers of all values in a text, that of the whole first; none where it is no JSON. */
    static List<String> positions(String json) {
        List<String> positions = new ArrayList<>();
        JsonNode tree = read(json);
        if (!tree.isMissingNode()) {
            collect(tree, "", positions);
        }
        return positions;
    }

    /** The text with the value at a position replaced by another JSON text. */
    static String replaced(String json, String position, String value) {
        if (position.isEmpty()) {
            return value;
        }
        JsonNode tree = read(json);
        int slash = position.lastIndexOf('/');
        JsonNode parent = tree.at(position.substring(0, slash));
        String name = position.substring(slash + 1);
        if (parent instanceof ObjectNode object) {
            object.put(name.replace("~1", "/").replace("~0", "~"), MARK);
        } else if (parent instanceof ArrayNode array) {
            array.set(Integer.parseInt(name), MARK);
        }
        return tree.toString().replace("\"" + MARK + "\"", value);
    }

    /** The text with something added to each of its texts. */
    static String withEcho(String json, String echo) {
        String echoed = json;
        for (String position : positions(json)) {
            JsonNode value = read(echoed).at(position);
            if (value.isTextual()) {
                echoed = replaced(
                        echoed,
                        position,
                        JSON.getNodeFactory()
                                .textNode(value.asText() + " " + echo)
                                .toString());
            }
        }
        return echoed;
    }

    private static void collect(JsonNode node, String position, List<String> positions) {
        positions.add(position);
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String name = member.getKey().replace("~", "~0").replace("/", "~1");
            collect(member.getValue(), position + "/" + name, positions);
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(node.path(i), position + "/" + i, positions);
        }
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException notJson) {
            return JSON.missingNode();
        }
    }
}
