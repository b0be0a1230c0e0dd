package io.troupe.environments.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** Rows of Parquet files as JSON: lists as arrays, maps and structures as objects, texts as UTF-8. Stateless. */
final class ParquetJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ParquetJson() {}

    static ObjectNode of(Group group) {
        ObjectNode json = JSON.createObjectNode();
        GroupType type = group.getType();
        for (int field = 0; field < type.getFieldCount(); field++) {
            json.set(type.getFieldName(field), field(group, field, type.getType(field)));
        }
        return json;
    }

    private static JsonNode field(Group group, int field, Type type) {
        int count = group.getFieldRepetitionCount(field);
        if (type.isRepetition(Type.Repetition.REPEATED)) {
            ArrayNode array = JSON.createArrayNode();
            for (int i = 0; i < count; i++) {
                array.add(value(group, field, i, type));
            }
            return array;
        }
        return count == 0 ? JSON.nullNode() : value(group, field, 0, type);
    }

    private static JsonNode value(Group group, int field, int index, Type type) {
        if (type.isPrimitive()) {
            return primitive(group, field, index, type.asPrimitiveType());
        }
        Group nested = group.getGroup(field, index);
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        if (logical instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation) {
            return list(nested);
        }
        if (logical instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation) {
            return map(nested);
        }
        return of(nested);
    }

    /** A list is a group of one repeated field, which holds the element itself or a group around it. */
    private static JsonNode list(Group list) {
        ArrayNode array = JSON.createArrayNode();
        Type repeated = list.getType().getType(0);
        for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
            boolean wrapped = !repeated.isPrimitive() && repeated.asGroupType().getFieldCount() == 1;
            if (wrapped) {
                Group element = list.getGroup(0, i);
                array.add(field(element, 0, element.getType().getType(0)));
            } else {
                array.add(value(list, 0, i, repeated));
            }
        }
        return array;
    }

    private static JsonNode map(Group map) {
        ObjectNode json = JSON.createObjectNode();
        for (int i = 0; i < map.getFieldRepetitionCount(0); i++) {
            Group entry = map.getGroup(0, i);
            json.set(
                    entry.getValueToString(0, 0),
                    entry.getType().getFieldCount() < 2
                            ? JSON.nullNode()
                            : field(entry, 1, entry.getType().getType(1)));
        }
        return json;
    }

    private static JsonNode primitive(Group group, int field, int index, PrimitiveType type) {
        if (type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal) {
            return JSON.getNodeFactory().numberNode(decimal(group, field, index, type, decimal.getScale()));
        }
        return switch (type.getPrimitiveTypeName()) {
            case INT32 -> JSON.getNodeFactory().numberNode(group.getInteger(field, index));
            case INT64 -> JSON.getNodeFactory().numberNode(group.getLong(field, index));
            case FLOAT -> JSON.getNodeFactory().numberNode(group.getFloat(field, index));
            case DOUBLE -> JSON.getNodeFactory().numberNode(group.getDouble(field, index));
            case BOOLEAN -> JSON.getNodeFactory().booleanNode(group.getBoolean(field, index));
            case BINARY, FIXED_LEN_BYTE_ARRAY ->
                JSON.getNodeFactory().textNode(group.getBinary(field, index).toStringUsingUTF8());
            case INT96 -> JSON.getNodeFactory().textNode(group.getValueToString(field, index));
        };
    }

    private static BigDecimal decimal(Group group, int field, int index, PrimitiveType type, int scale) {
        BigInteger unscaled = switch (type.getPrimitiveTypeName()) {
            case INT32 -> BigInteger.valueOf(group.getInteger(field, index));
            case INT64 -> BigInteger.valueOf(group.getLong(field, index));
            default -> new BigInteger(group.getBinary(field, index).getBytes());
        };
        return new BigDecimal(unscaled, scale);
    }
}
