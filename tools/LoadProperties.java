import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;

/**
 * Records what java.util.Properties reads: one hex text per input line, one case per output line, in the form of
 * tests/properties/README.md. Run with: java tools/LoadProperties.java < inputs.hex > random.jsonl
 */
public class LoadProperties {
    private static String json(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char unit : text.toCharArray()) {
            if (unit == '"' || unit == '\\') {
                quoted.append('\\').append(unit);
            } else if (unit < 32 || unit > 126) {
                quoted.append(String.format("\\u%04x", (int) unit));
            } else {
                quoted.append(unit);
            }
        }
        return quoted.append('"').toString();
    }

    private static String load(byte[] bytes) throws Exception {
        List<String> order = new ArrayList<>();
        Properties properties = new Properties() {
            @Override
            public synchronized Object put(Object key, Object value) {
                order.add("[" + json((String) key) + "," + json((String) value) + "]");
                return super.put(key, value);
            }
        };
        try {
            properties.load(new ByteArrayInputStream(bytes));
        } catch (IllegalArgumentException refused) {
            return "{\"error\":" + json(refused.getClass().getName()) + ",\"message\":" + json(refused.getMessage()) + "}";
        }
        List<String> last = new ArrayList<>();
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            last.add(json(key) + ":" + json(properties.getProperty(key)));
        }
        return "{\"assignments_in_order\":[" + String.join(",", order) + "],\"final\":{" + String.join(",", last) + "}}";
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        int number = 0;
        for (String hex = input.readLine(); hex != null; hex = input.readLine()) {
            System.out.println("{\"id\":\"random-" + number++ + "\",\"loader\":\"Properties.load(InputStream)\",\"input_hex\":\""
                    + hex + "\",\"expect\":" + load(HexFormat.of().parseHex(hex)) + "}");
        }
    }
}
