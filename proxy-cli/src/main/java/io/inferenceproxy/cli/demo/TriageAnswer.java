package io.inferenceproxy.cli.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON bodies that the server sends. */
final class TriageAnswer {
    static final String DISCLAIMER =
            "A demonstration trained on synthetic cases. It is not medical advice; ask a doctor, in an emergency call one.";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private TriageAnswer() {}

    static byte[] one(List<TriagePrediction> predictions) {
        return Json.MAPPER.writeValueAsBytes(answer(predictions));
    }

    static byte[] many(List<List<TriagePrediction>> answers) {
        ArrayNode array = NODES.arrayNode();
        answers.forEach(predictions -> array.add(answer(predictions)));
        return Json.MAPPER.writeValueAsBytes(array);
    }

    static byte[] error(String message, List<String> details) {
        ObjectNode error = NODES.objectNode().put("error", message);
        if (!details.isEmpty()) {
            ArrayNode list = error.putArray("details");
            details.forEach(list::add);
        }
        return Json.MAPPER.writeValueAsBytes(error);
    }

    static byte[] health() {
        return Json.MAPPER.writeValueAsBytes(
                NODES.objectNode().put("status", "ok").put("model", TriageModel.NAME));
    }

    private static ObjectNode answer(List<TriagePrediction> predictions) {
        ObjectNode answer = NODES.objectNode();
        ArrayNode list = answer.putArray("predictions");
        for (TriagePrediction prediction : predictions) {
            list.addObject()
                    .put("condition", prediction.condition())
                    .put(
                            "probability",
                            BigDecimal.valueOf(prediction.probability()).setScale(4, RoundingMode.HALF_UP));
        }
        return answer.put("model", TriageModel.NAME).put("disclaimer", DISCLAIMER);
    }
}
