package dev.bailey.control.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.write.RecordState;
import java.util.Locale;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON the API speaks, for server and clients: phases and record states by their names, all other enums in lower case
 * with dashes; what has no value is absent; instants in RFC 3339.
 */
public final class ApiJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .annotationIntrospector(new EnumNames())
            .changeDefaultPropertyInclusion(inclusion -> inclusion
                    .withValueInclusion(JsonInclude.Include.NON_ABSENT)
                    .withContentInclusion(JsonInclude.Include.ALWAYS))
            .build();

    private ApiJson() {}

    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** An enum's value as the API writes it. */
    public static String label(Enum<?> value) {
        return byName(value.getDeclaringClass())
                ? value.name()
                : value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean byName(Class<?> type) {
        return type == Phase.class || type == RecordState.class;
    }

    private static final class EnumNames extends JacksonAnnotationIntrospector {
        @Override
        public String[] findEnumValues(
                MapperConfig<?> config, AnnotatedClass annotatedClass, Enum<?>[] values, String[] names) {
            for (int i = 0; i < values.length; i++) {
                names[i] = label(values[i]);
            }
            return names;
        }
    }
}
