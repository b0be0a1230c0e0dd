package io.troupe.environments.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.TaskFamilyException;
import io.troupe.verifier.dataset.DatasetRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Rows of Parquet files. The columns that are wanted are unpacked once, to a temporary file that is gone when the process ends; in memory are twelve bytes a
 * row. Safe for any thread.
 */
final class ParquetRows implements DatasetRows {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path spool;
    private final List<String> names = new ArrayList<>();
    private final List<Integer> firstRows = new ArrayList<>();
    private long[] starts = new long[1024];
    private int[] lengths = new int[1024];
    private int size;

    /**
     * Unpacks files.
     *
     * @param columns the first steps of the columns that are wanted
     * @param most rows in all
     * @throws OptionsException naming the file that cannot be read, or that lacks a column
     */
    ParquetRows(List<Path> files, Set<String> columns, int most) {
        try {
            spool = Files.createTempFile("troupe-parquet-", ".jsonl");
            spool.toFile().deleteOnExit();
            try (FileChannel out = FileChannel.open(spool, StandardOpenOption.WRITE)) {
                for (Path file : files) {
                    names.add(file.toString());
                    firstRows.add(size);
                    unpack(file, columns, most, out);
                }
            }
        } catch (IOException e) {
            throw new OptionsException("cannot unpack Parquet files to a temporary file: " + e.getMessage(), e);
        }
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public JsonNode row(int index) {
        var bytes = ByteBuffer.allocate(lengths[index]);
        try (FileChannel in = FileChannel.open(spool)) {
            while (bytes.hasRemaining()) {
                if (in.read(bytes, starts[index] + bytes.position()) < 0) {
                    throw new IOException("the temporary file " + spool + " was cut");
                }
            }
            return JSON.readTree(bytes.array());
        } catch (IOException e) {
            throw new TaskFamilyException(place(index) + ": cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public String place(int index) {
        int file = firstRows.size() - 1;
        while (firstRows.get(file) > index) {
            file--;
        }
        return names.get(file) + ", row " + (index - firstRows.get(file) + 1);
    }

    private void unpack(Path file, Set<String> columns, int most, FileChannel out) {
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new ParquetCodecs())
                .build();
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
            MessageType whole = reader.getFooter().getFileMetaData().getSchema();
            MessageType wanted = projected(whole, columns);
            reader.setRequestedSchema(wanted);
            PageReadStore pages = reader.readNextRowGroup();
            for (; pages != null && size < most; pages = reader.readNextRowGroup()) {
                var records = new ColumnIOFactory()
                        .getColumnIO(wanted, whole)
                        .getRecordReader(pages, new GroupRecordConverter(wanted));
                append(records, pages.getRowCount(), most, out);
            }
        } catch (OptionsException e) {
            throw new OptionsException(file + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw new OptionsException(file + " cannot be read as a Parquet file: " + e.getMessage(), e);
        }
    }

    private void append(
            RecordReader<org.apache.parquet.example.data.Group> records, long count, int most, FileChannel out)
            throws IOException {
        for (long i = 0; i < count && size < most; i++) {
            byte[] bytes = JSON.writeValueAsBytes(ParquetJson.of(records.read()));
            if (size == starts.length) {
                starts = Arrays.copyOf(starts, size * 2);
                lengths = Arrays.copyOf(lengths, size * 2);
            }
            starts[size] = out.position();
            lengths[size++] = bytes.length;
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        }
    }

    private static MessageType projected(MessageType whole, Set<String> columns) {
        List<Type> fields = whole.getFields().stream()
                .filter(field -> columns.contains(field.getName()))
                .toList();
        if (fields.isEmpty()) {
            throw new OptionsException("has none of the columns " + String.join(", ", columns) + "; there are "
                    + String.join(
                            ", ", whole.getFields().stream().map(Type::getName).toList()));
        }
        return new MessageType(whole.getName(), fields);
    }
}
