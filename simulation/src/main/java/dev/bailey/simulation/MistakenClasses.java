package dev.bailey.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;

/** Bailey's classes once more, one of them with a mistake in it. */
final class MistakenClasses extends ClassLoader {

    /** They know nothing of what is above them: where the mistake is there, one copy of them serves all, and is warm. */
    private static final List<String> BELOW = List.of("dev.bailey.model.", "dev.bailey.compare.");

    private final Mistake mistake;
    private final boolean isAbove;

    MistakenClasses(Mistake mistake) {
        super(MistakenClasses.class.getClassLoader());
        this.mistake = mistake;
        this.isAbove = BELOW.stream().noneMatch(mistake.type()::startsWith);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            return isShared(name) ? super.loadClass(name, resolve) : define(name);
        }
    }

    private boolean isShared(String name) {
        return !name.startsWith("dev.bailey.")
                || name.equals(Finding.class.getName())
                || (isAbove && BELOW.stream().anyMatch(name::startsWith));
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = file.readAllBytes();
            if (name.equals(mistake.type())) {
                ClassFile files = ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(getParent())
                                .orElse(ClassHierarchyResolver.defaultResolver())));
                bytes = mistake.madeIn(bytes, files);
            }
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    @SuppressWarnings("unchecked")
    Optional<Finding> firstFailure(int nodes, long first, long count) throws ReflectiveOperationException {
        Class.forName(mistake.type(), true, this); // a mistake the JVM itself refuses is none of ours to find
        Method run = loadClass(Seeds.class.getName()).getMethod("firstFailure", int.class, long.class, long.class);
        return (Optional<Finding>) run.invoke(null, nodes, first, count);
    }
}
